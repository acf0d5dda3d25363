import ResourceModel

/// How a simulated cluster behaves.
package struct SimulationOptions: Sendable {
    package var seed: UInt64
    package var nodes = 3
    /// The nodes, where it matters what they are like; empty: `nodes` of them, alike but for the first, a manager.
    package var members: [Node] = []
    /// What the cluster calls itself; nil: it has no id.
    package var identity: String?
    /// Whether the cluster runs rollouts itself.
    package var nativeRollout = false
    /// Whether the cluster refuses operations of earlier holders of the state's lock, as the local agent does.
    package var remembersEpochs = false
    /// How long the cluster takes to answer.
    package var answerTime = Duration.milliseconds(10)
    /// The share by which times vary, by the seed: 0.5 makes 1 s anything from 0.5 s to 1.5 s.
    package var jitter = 0.0
    /// What instances do that no rule names.
    package var behaviour = InstanceBehaviour()
    /// The last rule that fits an instance decides.
    package var rules: [BehaviourRule] = []
    package var faults: [SimulatedFault] = []
    /// Whether the cluster writes down what happens; who runs millions of them does not read it.
    package var keepsLog = true

    package init(seed: UInt64 = 0) {
        self.seed = seed
    }

    /// The nodes of the cluster.
    package var clusterNodes: [Node] {
        guard members.isEmpty else { return members }
        return (1...max(1, nodes)).map { Node(simulated: "node-\($0)", role: $0 == 1 ? .manager : .worker) }
    }
}

extension Node {
    /// A node of a simulated cluster: 8 CPUs and 16 GiB.
    package init(simulated name: String, role: NodeRole, labels: SortedMap<String> = [:]) {
        self.init(
            id: name,
            hostname: name,
            role: role,
            labels: labels,
            platform: NodePlatform(system: "linux", architecture: "x86_64"),
            cpus: CPUCount(nanoCPUs: 8_000_000_000),
            memory: ByteCount(bytes: 16 << 30)
        )
    }
}

/// The life of a simulated instance.
package struct InstanceBehaviour: Sendable, Hashable {
    /// What happens once it runs.
    package enum Course: Sendable, Hashable {
        case steady
        case neverHealthy
        /// Its probe fails this long after it runs, every time: the cluster ends it.
        case sickens(after: Duration)
        /// It ends with this status; nil times: every time, so that it flaps.
        case ends(status: Int, after: Duration, times: Int?)
    }

    /// From its start until its process runs.
    package var startTime = Duration.milliseconds(200)
    /// From there until its probe succeeds.
    package var healthTime = Duration.milliseconds(300)
    package var stopTime = Duration.milliseconds(100)
    /// From an end to the next start.
    package var restartDelay = Duration.seconds(1)
    package var course = Course.steady

    package init(_ course: Course = .steady) {
        self.course = course
    }
}

/// Which instances behave in a certain way.
package struct BehaviourRule: Sendable {
    package var service: String?
    package var template: Fingerprint?
    package var slot: Int?
    package var behaviour: InstanceBehaviour

    package init(
        service: String? = nil,
        template: Fingerprint? = nil,
        slot: Int? = nil,
        _ behaviour: InstanceBehaviour
    ) {
        self.service = service
        self.template = template
        self.slot = slot
        self.behaviour = behaviour
    }

    func fits(service: String, template: Fingerprint, slot: Int) -> Bool {
        (self.service ?? service) == service && (self.template ?? template) == template && (self.slot ?? slot) == slot
    }
}

/// What goes wrong between the driver and the cluster.
package struct SimulatedFault: Sendable {
    package enum Effect: Sendable {
        /// Not done, and said so.
        case error(DriverError.Code)
        /// Done, but an error is said.
        case errorButDone(DriverError.Code)
        /// Done, and nothing is ever said.
        case hang(isDone: Bool)
        case delay(Duration)
    }

    /// Nil: any.
    package var kind: OperationKind?
    /// The service or object; nil: any.
    package var name: String?
    /// Which of the calls that fit, from 1; nil: each.
    package var nth: Int?
    package var effect: Effect

    package init(_ effect: Effect, kind: OperationKind? = nil, name: String? = nil, nth: Int? = nil) {
        self.effect = effect
        self.kind = kind
        self.name = name
        self.nth = nth
    }
}

/// The kinds of operation, without what they carry.
package enum OperationKind: String, Sendable, Hashable, CaseIterable {
    case createObject
    case createSecret
    case updateObject
    case removeObject
    case defineService
    case startInstance
    case stopInstance
    case removeService
}

extension OperationAction {
    package var kind: OperationKind {
        switch self {
        case .createObject: .createObject
        case .createSecret: .createSecret
        case .updateObject: .updateObject
        case .removeObject: .removeObject
        case .defineService: .defineService
        case .startInstance: .startInstance
        case .stopInstance: .stopInstance
        case .removeService: .removeService
        }
    }

    /// The object or service that it is about.
    package var target: String {
        switch self {
        case .createObject(_, let name), .createSecret(_, let name, _), .updateObject(_, let name),
            .removeObject(_, let name), .removeService(let name):
            name
        case .defineService(let definition): definition.resource.address.name
        case .startInstance(let service, _, _, _), .stopInstance(let service, _): service
        }
    }
}
