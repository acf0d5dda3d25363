import Drivers
import ResourceModel
import StateStores

/// What somebody knows who saw everything from outside.
struct Witness: Sendable {
    /// Instances that were healthy, or completed, at least once.
    var everHealthy: Set<String> = []
    /// When each instance was first there.
    var bornAt: [String: Duration] = [:]
    /// Slots of jobs in which an instance completed, as `job/template/slot`.
    var completed: Set<String> = []
    /// Counts what changed the cluster and was not the present run's doing.
    var disturbances = 0
    /// Calls that nobody waits for any more may arrive until then.
    var looseUntil = Duration.zero
    /// Whether a node left at least once.
    var hasLostNodes = false
    /// Whether instances ended or fell ill that were to run.
    var isSick = false
    /// Who was given the lock, by epoch.
    var grants: [Int: Int] = [:]
    /// The epochs whose holder let go of the lock, or had it broken by hand.
    var freed: Set<Int> = []
    /// The newest epoch that the cluster said it knows.
    var announced = 0
    /// The records as the store said it took them; absent: it said that they are gone, or nothing yet.
    var acknowledged: [ResourceAddress: RecordedResource] = [:]
    /// Operations as the store said it took them.
    var journal: [String: OperationRecord] = [:]
    var strangers: [ObservedObject] = []
    var strangeServices: [String: StrangeService] = [:]
    /// Instances as they were last noted in the trace.
    var told: [String: String] = [:]
}

/// What must not change of a service that somebody else made.
struct StrangeService: Sendable, Equatable {
    var labels: OwnershipLabels
    var template: Fingerprint
    var replicas: Int

    init(_ service: ObservedService) {
        labels = service.labels
        template = service.template
        replicas = service.desiredReplicas
    }
}

/// An operation that the driver was asked for.
struct SeenOperation: Sendable {
    var run: Int
    var step: Int
    var operation: Operation
    var isAnswered = false
}
