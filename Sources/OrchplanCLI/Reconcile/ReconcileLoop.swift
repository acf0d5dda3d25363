import Applying
import Drivers
import Glibc
import Reconciling
import ResourceModel
import StateStores

/// Wires the reconcile loop to the project, the signals and the metrics page.
struct ReconcileLoop: Sendable {
    var workspace: Workspace
    var policy: ReconcilePolicy
    var timeout: Duration
    var listen: ListenAddress?
    var logFormat: LogFormat

    func run() async throws -> Int32 {
        // Commands of scale policies are relative to the project, and the folder of the shell may go.
        guard chdir(workspace.settings.root) == 0 else {
            throw CommandFailure("cannot enter \(workspace.settings.root): \(String(cString: strerror(errno)))")
        }
        let store = try openStore()
        // One loop at a time; a single round takes turns with it by the state's own lock.
        let claim = policy.acts && !policy.once ? try ReconcileClaim(beside: workspace.settings.state) : nil
        defer { claim?.release() }
        let recorded: RecordedState
        do throws(StateStoreError) { recorded = try await store.snapshot() } catch { throw CommandFailure(error) }
        let log = ReconcileLog(workspace, format: logFormat)
        let time = SystemTime()
        let page = MetricsPage(time: time)
        let server = try await serve(page, log)
        let runner = ReconcileRunner(
            driver: try workspace.makeDriver(recorded: recorded),
            store: store,
            secrets: SecretFiles(root: workspace.settings.root),
            surroundings: WorkspaceSurroundings(workspace: workspace, log: log, page: page, acts: policy.acts),
            time: time,
            wallTime: { SystemTimestamp.now() },
            timeout: timeout
        )
        let interrupts = Interrupts { runner.interrupt() }
        let code = await runner.run(policy)
        interrupts.stop()
        await server?.close()
        return code
    }

    /// The project's state; a single look makes none, while a loop has to see the one that comes.
    private func openStore() throws -> any StateStore {
        if let store = try workspace.openStore(create: policy.acts || !policy.once) { return store }
        return MemoryStateStore(project: workspace.settings.project, key: .forThisRun())
    }

    private func serve(_ page: MetricsPage, _ log: ReconcileLog) async throws -> MetricsServer? {
        guard let listen else { return nil }
        let server = try await MetricsServer.start(listen, page)
        log.write(
            ReconcileNews(
                listen.isLoopback ? .info : .warning,
                "metrics.listening",
                "http://\(listen.shownHost):\(server.port)/metrics and /healthz"
                    + (listen.isLoopback ? "" : ", for every host that reaches this one")
            )
        )
        return server
    }
}
