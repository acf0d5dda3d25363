import Glibc

extension TerminalEnvironment {
    /// Reads the process's environment and asks the system about its streams.
    package static func current(color: ColorChoice = .auto) -> TerminalEnvironment {
        var variables: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        let terminals = [Stream.input, .output, .errors].filter { isatty($0.rawValue) == 1 }
        return TerminalEnvironment(
            variables: variables,
            terminals: Set(terminals),
            choice: color,
            size: TerminalSize.current()
        )
    }

    private static let names = [
        "CI", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "TERM",
    ]
}

extension TerminalSize {
    /// The size of the first standard stream that is a terminal; nil when none is.
    ///
    /// Asked again before every redraw: a window may be resized at any time.
    package static func current() -> TerminalSize? {
        for stream in [STDERR_FILENO, STDOUT_FILENO, STDIN_FILENO] {
            var size = winsize()
            if ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
                return TerminalSize(width: Int(size.ws_col), height: Int(max(size.ws_row, 1)))
            }
        }
        return nil
    }
}
