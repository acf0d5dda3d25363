import Drivers
import Reconciling
import ResourceModel
import Synchronization

/// What the loop shows of itself over HTTP: its figures, and whether it is well.
final class MetricsPage: Sendable {
    struct Answer: Sendable {
        var status: Int
        var type: String
        var body: String
    }

    private struct State {
        var metrics = ReconcileMetrics()
        var health = ReconcileHealth()
        var lastSuccess: Timestamp?
    }

    private let state = Mutex(State())
    private let time: any TimeSource

    init(time: any TimeSource) { self.time = time }

    func show(_ metrics: ReconcileMetrics, _ health: ReconcileHealth, lastSuccess: Timestamp?) {
        state.withLock { $0 = State(metrics: metrics, health: health, lastSuccess: lastSuccess) }
    }

    /// The answer to a request.
    func answer(_ method: String, _ target: String) -> Answer {
        guard method == "GET" || method == "HEAD" else { return Self.plain(405, "only GET is answered here") }
        let state = state.withLock { $0 }
        switch target.prefix(while: { $0 != "?" }) {
        case "/metrics":
            return Answer(
                status: 200,
                type: "text/plain; version=0.0.4; charset=utf-8",
                body: state.metrics.prometheus(lastSuccess: state.lastSuccess)
            )
        case "/healthz":
            guard let trouble = state.health.trouble(now: time.now) else { return Self.plain(200, "ok") }
            return Self.plain(503, trouble)
        default: return Self.plain(404, "there are /metrics and /healthz")
        }
    }

    static func plain(_ status: Int, _ text: String) -> Answer {
        Answer(status: status, type: "text/plain; charset=utf-8", body: text + "\n")
    }
}
