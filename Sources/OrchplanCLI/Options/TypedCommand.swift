import Plans

/// A command as a person typed it, for advice on what to type next.
///
/// What decides which system is meant, and what becomes of it, is repeated; how it is shown and approved is not.
struct TypedCommand {
    private var words: [String]

    init(_ name: String, _ workspace: Workspace, _ project: ProjectOptions) {
        words = ["orchplan \(name)\(workspace.settings.environmentFlag)"]
        add("--directory", project.directory.map { [$0] } ?? [])
        add("--var", project.variables)
        add("--driver", project.driver.map { [$0] } ?? [])
        add("--host", project.host.map { [$0] } ?? [])
        add("--state", project.state.map { [$0] } ?? [])
        add("--policy", project.policy)
    }

    func with(_ planning: PlanningOptions) -> TypedCommand {
        var copy = self
        if planning.batch != PlanOptions().batch { copy.add("--batch", ["\(planning.batch)"]) }
        copy.add("--target", planning.target)
        if planning.deleteVolumes { copy.words.append("--delete-volumes") }
        return copy
    }

    func with(_ arguments: [String]) -> TypedCommand {
        var copy = self
        copy.words += arguments.map(Self.quoted)
        return copy
    }

    var text: String { words.joined(separator: " ") }

    private mutating func add(_ option: String, _ values: [String]) {
        for value in values { words += [option, Self.quoted(value)] }
    }

    /// As a shell takes it for one word.
    static func quoted(_ word: String) -> String {
        let plain = "_./:=@%+,-"
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || plain.contains($0)) }
        return isPlain && !word.isEmpty
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
    }
}
