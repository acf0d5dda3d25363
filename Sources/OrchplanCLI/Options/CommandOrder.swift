import ArgumentParser

/// The order of words on the command line: options of the project may stand in front of the command, as in other tools.
enum CommandOrder {
    /// What every command that works on a project takes, each with a value.
    private static let options = [
        "-C", "--directory", "-e", "--env", "--var", "--driver", "--host", "--state", "--policy", "--color",
    ]

    /// The same words with leading options of the project behind the command that they are for.
    ///
    /// Right behind it, so that the same option given again later still wins. Words without a command among them stay
    /// as they are, and the parser says what is wrong.
    static func commandFirst(_ words: [String], root: any ParsableCommand.Type = Orchplan.self) -> [String] {
        var count = 0
        while count < words.count, let length = length(at: words[count]) { count += length }
        guard count > 0, count < words.count else { return words }
        var end = count
        var commands = root.configuration.subcommands
        while end < words.count, let command = commands.first(where: { name($0) == words[end] }) {
            commands = command.configuration.subcommands
            end += 1
        }
        // A mistyped command comes first as well: its own message is the better one.
        if end == count, words[end].hasPrefix("-") { return words }
        end = max(end, count + 1)
        return Array(words[count..<end]) + Array(words[..<count]) + Array(words[end...])
    }

    /// Whether there are options of the project and nothing that they are for.
    static func missesCommand(_ words: [String]) -> Bool {
        var count = 0
        while count < words.count, let length = length(at: words[count]) { count += length }
        return count > 0 && count >= words.count
    }

    /// How many words an option of the project takes here; nil for anything else.
    private static func length(at word: String) -> Int? {
        if options.contains(word) { return 2 }
        return options.contains { $0.hasPrefix("--") && word.hasPrefix("\($0)=") } ? 1 : nil
    }

    private static func name(_ command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? ""
    }
}
