import ArgumentParser
import Drivers
import LocalAgent
import LocalDriver
import ResourceModel
import SourceDiagnostics

/// Shows what services print: `orchplan logs`.
struct LogsCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what services print.",
        discussion: """
              orchplan logs web
              orchplan logs --follow --tail 20 web worker
            """
    )

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
        let instances = try await chosen(driver)
        var view = LogView(format: workspace.terminal.format(.output), width: instances.map(\.count).max() ?? 0)
        let follower = LogFollower(driver: driver, services: services, tail: max(0, tail))
        if follow {
            for await event in follower.events(from: instances) {
                switch event {
                case .line(let line, let instance): workspace.output.write(view.text(line, instance: instance))
                case .lost: workspace.tell("the agent is gone; going on as soon as one is there again")
                case .back: workspace.tell("the agent is there again")
                }
                if !workspace.output.isOpen { break }
            }
            return 0
        }
        var collected: [(line: LogLine, instance: String)] = []
        do {
            for instance in instances {
                for try await line in driver.logs(instance: instance, lines: max(0, tail), follow: false) {
                    collected.append((line, instance))
                }
            }
        } catch let error as DriverError {
            throw CommandFailure(error)
        }
        for instance in instances { view.introduce(instance) }
        for (line, instance) in collected.sorted(by: { $0.line.time < $1.line.time }) {
            workspace.output.write(view.text(line, instance: instance))
        }
        return 0
    }

    /// The instances of the services that were named, or of all.
    private func chosen(_ driver: LocalDriver) async throws -> [String] {
        let inventory: Inventory
        do throws(DriverError) {
            inventory = try await driver.inventory(ports: [])
        } catch {
            throw CommandFailure(error)
        }
        let names = inventory.services.map(\.address.name)
        for service in services where !names.contains(service) {
            throw CommandFailure(
                "no service \(Escaping.visible(service)) runs here",
                help: Suggestion.nearest(service, in: names).map { "did you mean \($0)?" }
            )
        }
        return inventory.services.filter { services.isEmpty || services.contains($0.address.name) }
            .flatMap { $0.instances.map(\.id) }
    }
}
