import ArgumentParser
import Drivers
import ResourceModel
import SourceDiagnostics

/// Shows what services print: `orchplan logs`.
struct LogsCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what services print.",
        discussion: """
              orchplan logs                      the end of every log, in order of time
              orchplan logs --follow web worker  go on, with instances started later
              orchplan logs --since 10m web.2    one instance, by its place or its id
            """
    )

    @Argument(help: ArgumentHelp("Services and instances; none: all.", valueName: "service or instance"))
    var names: [String] = []

    @Flag(name: .shortAndLong, help: "Go on as they print more, until all have ended for good; ^C ends it (130).")
    var follow = false

    @Option(
        help: ArgumentHelp("Nothing older: so long ago (10m), or a time (2026-11-21T06:42:00Z).", valueName: "time")
    )
    var since: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp(
            "So many lines of each instance, or all.",
            discussion: "Default: 100; all with --since.",
            valueName: "n"
        )
    )
    var tail: String?

    @Flag(name: .shortAndLong, help: "Show when each line was printed.")
    var timestamps = false

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let range = try self.range
        let recorded = try await workspace.recordedState()
        guard let driver = try workspace.makeDriver(recorded: recorded) as? any ClusterTelling else {
            throw CommandFailure("the driver \(workspace.settings.driver.name) keeps no logs")
        }
        let selection = LogSelection(names)
        do {
            try await driver.checkIdentity(of: recorded)
            let inventory = try await driver.inventory(ports: [])
            if let (name, suggestion) = selection.unknown(inventory) {
                throw CommandFailure(
                    "no service or instance \(Escaping.visible(name)) is here",
                    help: suggestion.map { "did you mean \($0)?" }
                )
            }
            let view = LogView(workspace.terminal.format(.output), showsTimes: timestamps)
            var printer = LogPrinter(workspace.output, format == .json ? nil : view)
            let instances = selection.instances(inventory).map(\.id)
            printer.expect(instances)
            if instances.isEmpty, inventory.services.isEmpty {
                workspace.tell(
                    "there is no service of \(workspace.settings.project) here that could have printed anything"
                )
            }
            if follow {
                return await LogFollowing(
                    driver: driver,
                    selection: selection,
                    range: range,
                    now: { SystemTimestamp.now() },
                    tell: { workspace.tell($0) }
                )
                .run(printer)
            }
            for entry in try await Self.read(instances, range, driver, workspace) { printer.print(entry) }
            return 0
        } catch let error as DriverError {
            throw CommandFailure(error)
        }
    }

    /// What is wanted of the instances' logs, in the order of time.
    private static func read(
        _ instances: [String],
        _ range: LogRange,
        _ driver: any ClusterTelling,
        _ workspace: Workspace
    ) async throws -> [LogEntry] {
        try await withThrowingTaskGroup(of: (Int, [LogEntry]).self) { group in
            for (number, instance) in instances.enumerated() {
                group.addTask {
                    let lines = driver.logs(instance: instance, lines: range.lines, since: range.since, follow: false)
                    var entries: [LogEntry] = []
                    do {
                        for try await line in lines { entries.append(LogEntry(line, instance: instance)) }
                    } catch let error as DriverError where error.code == .notFound {
                        // It was taken away a moment ago, and its log with it.
                    } catch let error as DriverError where error.code == .unreachable {
                        // A node that is away does not keep the others' logs from being read.
                        workspace.tell(error.message)
                    }
                    return (number, entries)
                }
            }
            var all = [[LogEntry]](repeating: [], count: instances.count)
            for try await (number, entries) in group { all[number] = entries }
            return LogOrder.sorted(all.flatMap { $0 })
        }
    }

    private var range: LogRange {
        get throws {
            var range = LogRange(lines: since == nil ? 100 : nil)
            if let tail {
                range.lines = Int(tail)
                guard tail == "all" || range.lines.map({ $0 >= 0 }) == true else {
                    throw CommandFailure("--tail takes a number of lines, or all", code: ExitStatus.usage)
                }
            }
            if let since {
                guard let time = LogTime.parse(since, now: SystemTimestamp.now()) else {
                    throw CommandFailure(
                        "--since does not understand \(Escaping.visible(since))",
                        help: "write how long ago, such as 10m or 1h30m, or a time such as 2026-11-21T06:42:00Z",
                        code: ExitStatus.usage
                    )
                }
                range.since = time
            }
            return range
        }
    }
}
