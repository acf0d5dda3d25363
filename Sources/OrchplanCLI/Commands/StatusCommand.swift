import ArgumentParser
import Drivers
import ResourceModel

/// Tells how the services are: `orchplan status`.
struct StatusCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the services are.",
        discussion: """
              orchplan status
              orchplan status --instances
              orchplan status --format json
            """
    )

    @Flag(name: .shortAndLong, help: "List every instance.")
    var instances = false

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let recorded = try await workspace.recordedState(create: false)
        let driver = try workspace.makeDriver(recorded: recorded)
        let inventory: Inventory
        do throws(DriverError) {
            inventory = try await driver.inventory(ports: [])
        } catch {
            throw CommandFailure(error)
        }
        let revisions = try await workspace.lastRevisions()
        let services =
            ServiceStatus.all(
                recorded: recorded,
                inventory: inventory,
                hostAddress: workspace.settings.driver.name == "local" ? "127.0.0.1" : ""
            )
            .map { $0.noting(revisions) }
        switch format {
        case .text:
            let view = StatusView(services, showsInstances: instances)
            workspace.output.write(view.text(workspace.terminal.format(.output)))
        case .json: workspace.output.write(StatusJSON(services, inventory).text() + "\n")
        }
        return 0
    }
}

/// The two ways that most commands print.
enum TextOrJSON: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
