/// A reader of what others have written, with the laws that hold for it whatever it is given.
///
/// That it neither traps nor hangs nor reads memory that is not its own is found by running it, by the fuzzer's
/// sanitizers in particular; what else has to hold each file beside this one says.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// Manifests: parser, decoder, lint rules, renderers, layout, fixes.
    case manifests
    /// Texts with variables in them.
    case interpolation
    /// The project file, and the policy file held against a system.
    case settings
    /// Saved plans.
    case plans
    /// What clients send to the agent, what it answers, and the records that it keeps.
    case agent
    /// The language server: the bytes of a client, and questions about texts.
    case editor
    /// Compose files that are converted.
    case compose
    /// What a Docker engine answers.
    case engine

    /// Holds one input against the laws.
    package func check(_ input: [UInt8]) throws(BrokenLaw) {
        switch self {
        case .manifests: try ManifestLaws.check(input)
        case .interpolation: try InterpolationLaws.check(input)
        case .settings: try SettingsLaws.check(input)
        case .plans: try PlanLaws.check(input)
        case .agent: try AgentLaws.check(input)
        case .editor: try EditorLaws.check(input)
        case .compose: try ComposeLaws.check(input)
        case .engine: try EngineLaws.check(input)
        }
    }

    /// An input that is as many times as long, and of the same kind: time must grow with the length alone.
    package func repeated(_ input: [UInt8], length: Int) -> [UInt8] {
        var result: [UInt8] = []
        while result.count < length { result += input.isEmpty ? [0x20] : input }
        return result
    }
}
