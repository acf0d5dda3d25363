import Manifests
import Planning
import Reconciling
import ResourceModel
import SourceDiagnostics
import StateDatabase
import StateStores
import Synchronization

/// The project as the reconcile loop needs it.
final class WorkspaceSurroundings: ReconcileSurroundings {
    private let workspace: Workspace
    private let events: ReconcileLog
    private let page: MetricsPage
    /// Whether the loop changes anything.
    private let acts: Bool
    /// Secrets that cannot be read and were said to be taken as unchanged.
    private let assumed = Mutex<Set<String>>([])

    init(workspace: Workspace, log: ReconcileLog, page: MetricsPage, acts: Bool) {
        self.acts = acts
        self.workspace = workspace
        events = log
        self.page = page
    }

    func manifests() async -> ManifestReading {
        do {
            let checked = try await workspace.check()
            if let graph = checked.graph { return .graph(graph) }
            let errors = checked.diagnostics.filter { $0.severity == .error }
            var options = TextRenderer.Options()
            options.style = Style(isColoured: events.isColoured)
            options.totalFiles = checked.fileCount
            return .broken(
                summary: "the manifests have \(Words.count(errors.count, "error"))"
                    + (errors.first.map { ": \($0.message)" } ?? ""),
                details: TextRenderer(checked.sources, options: options).render(errors)
            )
        } catch {
            let view = (error as? CommandFailure)?.view
            return .broken(summary: view?.message ?? "the manifests cannot be read", details: "")
        }
    }

    func manifestTouches() -> AsyncStream<Void> {
        ManifestWatch(paths: workspace.settings.manifests + workspace.settings.overlays).touches()
    }

    func secretDigests(of graph: ResourceGraph, recorded: RecordedState) throws(RoundFailure) -> SecretDigests {
        do {
            return try SecretFiles(root: workspace.settings.root)
                .digests(of: graph, recorded: recorded) { name, error in
                    guard assumed.withLock({ $0.insert(name).inserted }) else { return }
                    log(
                        ReconcileNews(
                            .warning,
                            "secret.assumed",
                            "secret/\(name) is taken as unchanged: \(error.message)",
                            address: ResourceAddress(.secret, name)
                        )
                    )
                }
        } catch {
            let view = (error as? CommandFailure)?.view
            throw RoundFailure(view?.message ?? "the secrets cannot be read", help: view?.help)
        }
    }

    func objection(to inventory: Inventory, _ recorded: RecordedState) -> RoundFailure? {
        guard acts else { return nil }
        do { try workspace.refuseUnknownSystem(recorded, inventory) } catch {
            let view = (error as? CommandFailure)?.view
            return RoundFailure(view?.message ?? "the cluster cannot be taken on", help: view?.help)
        }
        return nil
    }

    var imageResolution: ImageResolution { workspace.settings.driver.imageResolution }

    func value(of command: [String]) async -> Double? {
        await MetricCommand(words: command).value()
    }

    func lockRequest() -> LockRequest {
        ProcessIdentity.current()
            .lockRequest(holder: Workspace.userName, operation: "reconcile", now: SystemTimestamp.now())
    }

    var author: String { Workspace.author }

    func log(_ news: ReconcileNews) { events.write(news) }

    func publish(_ metrics: ReconcileMetrics, _ health: ReconcileHealth, lastSuccess: Timestamp?) {
        page.show(metrics, health, lastSuccess: lastSuccess)
    }
}
