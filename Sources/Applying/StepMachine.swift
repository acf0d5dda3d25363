import Drivers
import Plans
import ResourceModel
import StateStores

/// Carries out one step of the plan.
///
/// The methods that tell it something only remember; `advance` alone decides what to do next, so that a decision
/// depends on what is known and never on the order in which it became known.
protocol StepMachine: Sendable {
    var task: StepTask { get set }
    /// What to do now.
    mutating func advance(now: Duration, budget: inout ChangeBudget) -> [StepCommand]
    /// The driver's last word on an operation; returns what goes into the record with it.
    mutating func performed(_ id: String, _ result: Result<OperationResult, DriverError>) -> OutcomeDecision
    /// The operation is over and recorded.
    mutating func settled(_ id: String, now: Duration)
    mutating func observed(_ service: ObservedService?, now: Duration)
    mutating func watchFailed(_ error: DriverError, now: Duration)
    /// The driver did not get an operation done, for a passing reason; it is tried again.
    mutating func stalled(_ error: DriverError, now: Duration)
    mutating func woke(_ wake: StepWake, now: Duration)
    mutating func logged(instance: String, _ lines: [String])
    /// Start nothing more, bring what is in the air down.
    mutating func drain(_ reason: DrainReason)
    /// Whether everything that the step starts has been started: what a `started` dependency waits for.
    var hasStarted: Bool { get }
    /// Whether everything is as it should be, and the step waits only to see that it stays so.
    var isOnlyWatched: Bool { get }
}

extension StepMachine {
    mutating func observed(_ service: ObservedService?, now: Duration) {}
    mutating func watchFailed(_ error: DriverError, now: Duration) {}
    mutating func stalled(_ error: DriverError, now: Duration) {}
    mutating func logged(instance: String, _ lines: [String]) {}
    var hasStarted: Bool { false }
    var isOnlyWatched: Bool { false }
}

/// Why nothing more is started.
enum DrainReason: Sendable {
    case interrupted
    /// The store or the driver failed; the message says how.
    case halted(String)

    var skip: SkipReason {
        switch self {
        case .interrupted: .interrupted
        case .halted: .earlierFailure
        }
    }

    /// How a step ends that is under way.
    func ending(_ interrupted: String) -> StepEnding {
        switch self {
        case .interrupted: StepEnding(kind: .interrupted, message: interrupted)
        case .halted(let message): StepEnding(kind: .failed(help: nil), message: message)
        }
    }
}

/// What a step wants.
enum StepCommand: Sendable {
    case operate(StepOperation)
    case watch(String)
    case unwatch(String)
    case wake(StepWake, after: Duration)
    case fetchLogs(String)
    case status(StepStatus)
    /// The step is over; the changes are recorded with the outcome of its deferred operation.
    case finish(StepResult, [RecordChange])
}

extension PlanStep {
    /// Whether a service goes only while something that it needs is made anew, and comes back with a step of its own.
    var isTakenAway: Bool {
        action == .delete && reasons.contains { if case .dependencyReplaced = $0 { true } else { false } }
    }
}

/// One operation of a step.
struct StepOperation: Sendable {
    var id: String
    /// For people: `start instance web.2`.
    var text: String
    /// Nil: only the record changes.
    var action: OperationAction?
    /// What the object's label says it is.
    var fingerprint: Fingerprint
}

/// What to record with the outcome of an operation.
enum OutcomeDecision: Sendable {
    case record([RecordChange])
    /// The outcome is recorded when the step ends: one transaction for the operation and the record.
    case deferred
}

/// A step with what it needs to know of the apply around it.
struct StepTask: Sendable {
    var step: PlanStep
    var project: String
    var planDigest: String
    var revision: Int
    var timeout: Duration
    /// The present record of the step's resource.
    var record: RecordedResource?
    private var count = 0

    init(step: PlanStep, context: ApplyContext, record: RecordedResource?) {
        self.step = step
        project = context.plan.project
        planDigest = context.planDigest
        revision = context.revision
        timeout = context.timeout
        self.record = record
    }

    var address: ResourceAddress { step.address }
    var objectName: String { step.objectName ?? record?.objectName ?? address.name }

    /// Deterministic, so that the same plan always performs the same operations under the same names.
    mutating func nextOperationID() -> String {
        count += 1
        return "\(planDigest.prefix(RecordedState.planDigits))-\(step.id)-\(count)"
    }

    /// `web.1.3f9c2a7b`: the service, the slot, and what the operation that starts it leaves of itself.
    func instanceID(slot: Int, operation: String) -> String {
        "\(address.name).\(slot).\(Self.instanceSuffix(operation))"
    }

    /// 32 bits (FNV-1a) of the operation's id, in hexadecimal.
    static func instanceSuffix(_ operation: String) -> String {
        var hash: UInt32 = 0x811C_9DC5
        for byte in operation.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The record as it is once the step is done; nil when the step leaves none.
    func recordAfter(_ resource: Resource, bindings: SortedMap<String>) -> RecordedResource? {
        guard let after = step.after, let fingerprint = step.afterFingerprint else { return nil }
        var needs: [ResourceAddress] = []
        for reference in resource.references where !needs.contains(reference.address) {
            needs.append(reference.address)
        }
        var retired = record?.retiredObjects ?? []
        if let old = record?.objectName, old != objectName, step.action == .supersede, !retired.contains(old) {
            retired.append(old)
        }
        retired.removeAll { $0 == objectName }
        var kept = record?.bindings ?? [:]
        for entry in bindings { kept[entry.key] = entry.value }
        return RecordedResource(
            address: address,
            resource: after,
            fingerprint: fingerprint,
            objectName: objectName,
            retiredObjects: retired,
            bindings: kept,
            revision: revision,
            protect: step.protect,
            needs: needs.sorted()
        )
    }
}
