import ArgumentParser
import Drivers
import LanguageServer
import LocalDriver
import Manifests
import ResourceModel
import SwarmDriver

/// `orchplan lsp`: the language server that editors start.
struct LspCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp",
        abstract: "Serve an editor: diagnostics, completion, documentation and navigation.",
        discussion: """
            Speaks the Language Server Protocol on standard input and output; editors start it themselves. \
            docs/editors.md has the settings for several of them.
            """
    )

    @Flag(help: ArgumentHelp("Accepted because editors pass it: there is no other way to speak.", visibility: .hidden))
    var stdio = false

    @Option(
        name: [.customShort("e"), .customLong("env")],
        help: ArgumentHelp("The environment of the project file: a system with a state of its own.", valueName: "name")
    )
    var environment: String?

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("A variable for interpolation; may be given again.", valueName: "name=value")
    )
    var variables: [String] = []

    @Option(help: ArgumentHelp("The driver: local, simulated or swarm.", valueName: "name"))
    var driver: String?

    func run() async throws {
        var flags = ProjectSettings.Flags()
        flags.environment = environment
        flags.driver = driver
        guard let assignments = ProjectOptions.assignments(variables) else {
            throw ValidationError("--var needs NAME=VALUE")
        }
        flags.variables = assignments
        let surroundings = Surroundings(
            files: DiskFiles(),
            environment: WorkingDirectory.environment(),
            flags: flags,
            version: Orchplan.version
        ) { name in
            switch name {
            case "local": .local
            case "simulated": SimulatedCluster().capabilities
            case "swarm": .swarm
            default: nil
            }
        }
        let code = await StdioServer(surroundings).run()
        if code != 0 { throw ExitCode(code) }
    }
}
