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
        let view = LogView(format: workspace.terminal.format(.output), width: instances.map(\.count).max() ?? 0)
        var collected: [(line: LogLine, number: Int)] = []
        let (merged, feed) = AsyncThrowingStream<(LogLine, Int), any Error>.makeStream()
        let readers = Task {
            await withTaskGroup(of: Void.self) { group in
                for (number, instance) in instances.enumerated() {
                    group.addTask {
                        do {
                            let lines = driver.logs(instance: instance, lines: max(0, tail), follow: follow)
                            for try await line in lines { feed.yield((line, number)) }
                        } catch {
                            feed.finish(throwing: error)
                        }
                    }
                }
            }
            feed.finish()
        }
        defer { readers.cancel() }
        do {
            for try await (line, number) in merged {
                if follow {
                    workspace.output.write(view.text(line, instance: instances[number], number: number))
                    if !workspace.output.isOpen { return 0 }
                } else {
                    collected.append((line, number))
                }
            }
        } catch let error as DriverError {
            throw CommandFailure(error)
        }
        for (line, number) in collected.sorted(by: { $0.line.time < $1.line.time }) {
            workspace.output.write(view.text(line, instance: instances[number], number: number))
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
