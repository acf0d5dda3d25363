import ArgumentParser
import Drivers
import ResourceModel

/// Takes over what others made in the cluster: `orchplan import`.
struct ImportCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over what runs in a swarm already, without restarting it.",
        discussion: """
            For services that docker stack deploy or docker service create made. Finds, for each resource that is declared \
            and not recorded, the object of the name that orchplan would give it, shows how it differs from what is \
            declared, asks, and writes the project's labels at it. Nothing is restarted. What differs becomes the changes of \
            the next apply. Run again, it goes on from what is there.

            Exit status: 0 imported, or nothing to import; 1 something cannot be imported, and nothing was changed; \
            4 somebody else holds the lock.

              orchplan import
              orchplan import web db
              orchplan import service/web=old-web
              orchplan import --dry-run --format json
            """
    )

    @Argument(
        help: ArgumentHelp(
            "What to take over, with what it uses; =OBJECT where it has another name there, or an id.",
            discussion: "Default: everything that is declared and not recorded.",
            valueName: "[kind/]name[=object]"
        )
    )
    var addresses: [String] = []

    @Flag(name: [.customShort("y"), .long], help: "Do not ask for approval.")
    var yes = false

    @Flag(help: "Show what would be taken over, and change nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("How long to wait for somebody else's apply to end.", valueName: "duration"))
    var lockTimeout: String = "0s"

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        guard let lockTimeout = Duration(parsing: lockTimeout) else {
            throw CommandFailure(
                "--lock-timeout needs a duration with a unit",
                help: "such as 90s or 10m",
                code: ExitStatus.usage
            )
        }
        try workspace.requireImportingDriver()
        if !dryRun { try workspace.requireApprover(yes) }
        let compiled = try await workspace.compiledForImport()
        let wish = ImportWish(words: addresses, isApproved: yes, format: format)
        guard !dryRun else {
            let recorded = try await workspace.recordedState()
            let report = try await workspace.importReport(wish, compiled, recorded).report
            return workspace.conclude(unchanged: report, format)
        }
        guard let store = try workspace.openStore(create: true) else { return 1 }
        return try await workspace.locked(store, for: "import", waiting: lockTimeout) { grant in
            try await workspace.importAll(wish, compiled, store: store, grant: grant)
        }
    }
}
