import ResourceModel

/// A command, and the script in it where it is one of a shell.
struct ShellCommand: Sendable, Hashable {
    let arguments: [String]

    init(_ arguments: [String]) {
        self.arguments = arguments
    }

    private static let shells: [Substring] = ["sh", "bash", "ash", "dash", "busybox"]

    /// The script of `sh -c SCRIPT`; nil for any other command.
    var script: String? {
        guard arguments.count >= 3, let path = arguments.first else { return nil }
        let program = path[
            (path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex)...
        ]
        guard Self.shells.contains(program),
            let option = arguments.firstIndex(where: { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.hasSuffix("c") }),
            option + 1 < arguments.count
        else { return nil }
        return arguments[option + 1]
    }

    /// The words of the command, a script's included.
    var words: [String] {
        guard let script else { return arguments }
        return script.split(whereSeparator: { " \t\n;&|'\"".contains($0) }).map(String.init)
    }

    /// Without white space at both ends.
    static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension ServiceSpec {
    /// The commands of the service's probes, with the fields that give them.
    var probeCommands: [(field: String, command: [String])] {
        var commands: [(field: String, command: [String])] = []
        if let command = healthcheck?.command { commands.append(("healthcheck.command", command)) }
        if let command = readiness?.command { commands.append(("readiness.command", command)) }
        return commands
    }
}
