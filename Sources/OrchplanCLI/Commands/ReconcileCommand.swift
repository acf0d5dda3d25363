import ArgumentParser
import Plans
import Reconciling
import ResourceModel

/// Keeps the system as declared: `orchplan reconcile`.
struct ReconcileCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Keep the system as declared, until interrupted.",
        discussion: """
            Looks at the manifests, the record and the cluster at intervals and whenever something changes. Alone it only \
            reports. With --repair it puts right what drifted from the record and lets services follow their load; with \
            --sync it applies what the manifests change, too; with --prune it deletes what they no longer declare. Volumes \
            are never deleted, and a change that was rolled back is not tried again until its manifest changes.

            Exit status: 0 ended by ^C, or with --once nothing is left to do; 1 error; 4 somebody else holds the lock or \
            looks after the project. With --once also: 2 differences remain, 5 a rollout was rolled back, 6 paused or timed \
            out, 130 interrupted.

              orchplan reconcile --repair
              orchplan reconcile --sync --prune --listen 127.0.0.1:9464 --log-format json
              orchplan reconcile --sync --once
            """
    )

    @OptionGroup var manifests: ManifestPaths

    @Flag(help: "Put right what drifted from the record, and scale by load.")
    var repair = false

    @Flag(help: "Apply changes of the manifests; includes --repair.")
    var sync = false

    @Flag(help: "Delete what is no longer declared, volumes excepted; needs --sync.")
    var prune = false

    @Flag(help: "Do what is to be done now, then end.")
    var once = false

    @Option(help: ArgumentHelp("From one full look to the next.", valueName: "duration"))
    var interval: String = "30s"

    @Option(name: .long, help: ArgumentHelp("At most this many things change at any moment.", valueName: "n"))
    var batch: Int = 10

    @Option(help: ArgumentHelp("How long a service may go without progress.", valueName: "duration"))
    var timeout: String = "10m"

    @Option(
        help: ArgumentHelp(
            "Serve /metrics and /healthz over HTTP.",
            discussion: "A port alone means 127.0.0.1; port 0 takes a free one. Default: off.",
            valueName: "address:port"
        )
    )
    var listen: String?

    @Option(help: "How to log: text, or json with one object a line.")
    var logFormat: LogFormat = .text

    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { manifests.paths }

    func validate() throws {
        guard (1...1_000_000).contains(batch) else { throw ValidationError("--batch must be at least 1.") }
        guard !prune || sync else { throw ValidationError("--prune needs --sync.") }
        guard !manifests.paths.contains("-") else {
            throw ValidationError("standard input cannot be read again; name files and folders.")
        }
    }

    func run(in workspace: Workspace) async throws -> Int32 {
        let loop = ReconcileLoop(
            workspace: workspace,
            policy: try policy(for: workspace),
            timeout: try Self.duration("--timeout", timeout, atLeast: .seconds(1)),
            listen: try listen.map(ListenAddress.init(parsing:)),
            logFormat: logFormat
        )
        try await workspace.refuseUnknownSystem(acts: repair || sync)
        return try await loop.run()
    }

    private func policy(for workspace: Workspace) throws -> ReconcilePolicy {
        var policy = ReconcilePolicy()
        policy.repairs = repair || sync
        policy.syncs = sync
        policy.prunes = prune
        policy.once = once
        policy.interval = try Self.duration("--interval", interval, atLeast: .seconds(1))
        policy.options.batch = batch
        policy.forbids = { workspace.forbidden($0) }
        policy.seed = .random(in: .min ... .max)
        return policy
    }

    private static func duration(_ flag: String, _ text: String, atLeast least: Duration) throws -> Duration {
        guard let duration = Duration(parsing: text), duration >= least else {
            throw CommandFailure(
                "\(flag) needs a duration with a unit, at least \(least.text)",
                help: "such as 30s or 10m",
                code: ExitStatus.usage
            )
        }
        return duration
    }
}

/// How events are logged, as typed.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
