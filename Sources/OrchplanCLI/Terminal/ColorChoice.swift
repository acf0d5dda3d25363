/// What `--color` says.
package enum ColorChoice: String, Sendable, Hashable, CaseIterable {
    case auto
    case always
    case never
}

extension ColorChoice {
    /// Whether a stream is coloured: the flag, then NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then the terminal.
    ///
    /// NO_COLOR counts when it is not empty (no-color.org); the forcing variables when they are neither empty nor `0`.
    package func isColoured(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if let value = environment["NO_COLOR"], !value.isEmpty { return false }
        for name in ["CLICOLOR_FORCE", "FORCE_COLOR"] {
            if let value = environment[name], !value.isEmpty, value != "0" { return true }
        }
        if environment["CLICOLOR"] == "0" { return false }
        return isTerminal && environment["TERM"] != "dumb"
    }
}
