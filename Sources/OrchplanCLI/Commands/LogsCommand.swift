import ArgumentParser
import Drivers
import LocalDriver
import ResourceModel
import SourceDiagnostics

/// `orchplan logs SERVICE...`: what did they print?
struct LogsCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what services print.",
        discussion: """
              orchplan logs web
              orchplan logs --follow --tail 20 web worker
            """)

    @Argument(help: "The services; none: all.")
    var services: [String] = []

    @Flag(name: .shortAndLong, help: "Go on as they print more.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("So many lines of each instance.", valueName: "n"))
    var tail: Int = 100

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let recorded = try await workspace.recordedState(create: false)
        guard let driver = try workspace.makeDriver(recorded: recorded) as? LocalDriver else {
            throw CommandFailure("the driver \(workspace.settings.driver.name) keeps no logs")
        }
        let writer = LogView(workspace.terminal.format(.output))
        do throws(DriverError) {
            try await driver.logs(services: services, tail: max(0, tail), follow: follow) { line in
                workspace.output.write(writer.text(line))
                return workspace.output.isOpen
            }
        } catch {
            throw CommandFailure(error)
        }
        return 0
    }
}
