import ResourceModel

/// Decides how many instances a service's load asks for.
///
/// Pure: time and measurements are arguments. The rule is that of Kubernetes' horizontal autoscaler: as many instances
/// as bring the mean of the metric to its target, no change within a tolerance of a tenth, up at once, down only to the
/// highest count that was recommended within the window. What is not measured is never guessed: it holds the count, and
/// counts as a recommendation of it.
package struct Autoscaler: Sendable {
    /// The share by which the mean may miss the target without a change.
    package static let tolerance = 0.1

    private struct History: Sendable {
        var policy: ScalePolicy
        /// Since when there are recommendations without a gap.
        var since: Duration
        var recommendations: [(at: Duration, count: Int)] = []
    }

    private var histories: [ResourceAddress: History] = [:]

    package init() {}

    /// The decision about one service.
    ///
    /// - Parameters:
    ///   - current: The count that the cluster aims at.
    ///   - load: What was measured, at `now`.
    package mutating func decide(
        _ address: ResourceAddress,
        _ policy: ScalePolicy,
        current: Int,
        load: ServiceLoad,
        now: Duration
    ) -> ScaleVerdict {
        var history = histories[address] ?? History(policy: policy, since: now)
        // A window that was shortened must not let go of what the longer one would have kept.
        if history.policy != policy { history = History(policy: policy, since: now) }
        defer { histories[address] = history }
        let lowest = max(1, policy.min)
        let highest = max(lowest, policy.max)
        let held = min(max(current, lowest), highest)
        guard let reading = load.mean, let target = policy.targetValue else {
            history.recommendations.append((now, held))
            return .held(load.missing ?? "there is no usable target")
        }
        let ratio = reading / target
        var recommended = load.ready
        if abs(ratio - 1) > Self.tolerance { recommended = Self.count(Double(load.ready) * ratio) }
        // While some are not ready their share of the load is unknown: it may be that of those that are missing.
        if load.ready < current { recommended = max(recommended, current) }
        recommended = min(max(recommended, lowest), highest)
        history.recommendations.append((now, recommended))
        history.recommendations.removeAll { now - $0.at > policy.window }
        let why =
            "\(policy.metric.noun) \(Self.text(reading, policy.metric)), target \(Self.text(target, policy.metric))"
        if recommended > held { return .scale(ScaleDecision(from: current, to: recommended, why: why)) }
        // The window must have been seen from end to end: after a start nobody knows what it held.
        let kept = history.recommendations.map(\.count).max() ?? held
        guard recommended < held, kept < held, now - history.since >= policy.window else { return .steady(why) }
        return .scale(ScaleDecision(from: current, to: kept, why: why + " for \(policy.window.text)"))
    }

    /// Forgets services that are not scaled any more.
    package mutating func keepOnly(_ addresses: Set<ResourceAddress>) {
        histories = histories.filter { addresses.contains($0.key) }
    }

    private static func count(_ value: Double) -> Int {
        // What floating point adds to a whole number is no instance.
        value < 1_000_000 ? Int((value - 1e-9).rounded(.up)) : 1_000_000
    }

    private static func text(_ value: Double, _ metric: ScaleMetric) -> String {
        switch metric {
        case .cpu: "\(rounded(value)) %"
        case .memory: "\(rounded(value / 1_048_576)) MiB"
        case .connections, .command: rounded(value)
        }
    }

    /// At most one decimal.
    private static func rounded(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard abs(tenths) < 1e15 else { return "\(value)" }
        let whole = Int64(tenths)
        return whole % 10 == 0 || abs(whole) >= 1000
            ? "\(Int64(value.rounded()))" : "\(whole / 10).\(abs(whole % 10))"
    }
}

/// What the autoscaler says of one service.
package enum ScaleVerdict: Sendable, Hashable {
    case scale(ScaleDecision)
    /// The count fits the load, or is kept until the window has passed.
    case steady(String)
    /// It cannot be told, and why.
    case held(String)
}

/// Another number of instances, and why.
package struct ScaleDecision: Sendable, Hashable {
    package var from: Int
    package var to: Int
    /// `cpu 91 %, target 60 %`.
    package var why: String

    package init(from: Int, to: Int, why: String) {
        self.from = from
        self.to = to
        self.why = why
    }
}

/// The load of one service at one moment, in the unit of its metric.
package struct ServiceLoad: Sendable, Hashable {
    /// How many instances were ready, and so measured.
    package var ready: Int
    /// The mean over the ready instances; nil: not all of them could be measured, or none is ready.
    package var mean: Double?
    /// Why there is no mean.
    package var missing: String?
    /// Whether it stays unknown for as long as the instances are where they are.
    package var isOutOfReach: Bool

    package init(ready: Int, mean: Double?, missing: String? = nil, isOutOfReach: Bool = false) {
        self.isOutOfReach = isOutOfReach
        self.ready = ready
        self.mean = mean.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        self.missing = self.mean == nil ? missing ?? "the metric is missing" : nil
    }
}

extension ScaleMetric {
    /// What is measured, in a sentence.
    fileprivate var noun: String { self == .command ? "value" : rawValue }
}
