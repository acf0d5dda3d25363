import ResourceModel

/// An instance that the agent keeps: as long as its record is there and not stopping, it is to run.
package struct InstanceRecord: Sendable, Hashable {
    package var id = ""
    package var service = ""
    package var slot = 0
    package var template = ""
    /// What it runs: the service's spec when it was created.
    package var spec = ServiceSpec()
    package var ports: [InstancePort] = []
    /// The loopback address of its own that leads to it alone; empty only in records of older agents.
    package var address = ""
    /// The operation that created it.
    package var operation = ""
    /// How often it was started; ties the records of its shim to one start.
    package var run = 0
    package var phase = InstancePhase.pending
    package var isHealthy = false
    package var isStopping = false
    package var restarts = 0
    package var exitCode: Int?
    package var exitSignal: Int?
    package var hasEnded = false
    package var message: String?
    /// The boot that it was last started in; in another one nothing of it can be alive.
    package var bootID = ""
    /// Since when it is in its phase and as healthy as it is, in milliseconds since 1970; 0: not known.
    package var since = 0
    /// When its last run started, likewise.
    package var startedAt = 0
    /// The directories of its control groups; they are there as long as it is.
    package var cgroups: [String] = []
    /// What holds it to its limits.
    package var limits: [HeldLimit] = []

    package init() {}

    package var exitStatus: ExitStatus? {
        get {
            if let exitCode { return .code(exitCode) }
            if let exitSignal { return .signal(exitSignal) }
            return hasEnded ? .unknown : nil
        }
        set {
            exitCode = nil
            exitSignal = nil
            hasEnded = newValue != nil
            switch newValue {
            case .code(let code): exitCode = code
            case .signal(let number): exitSignal = number
            case .unknown, nil: break
            }
        }
    }
}

extension InstanceRecord: CanonicalRecord {
    package static let fields: [CanonicalField<InstanceRecord>] = [
        .init("id", \.id),
        .init("service", \.service),
        .init("slot", \.slot),
        .init("template", \.template),
        .init("spec", \.spec),
        .init("ports", \.ports),
        .init("address", \.address),
        .init("operation", \.operation),
        .init("run", \.run),
        .init("phase", \.phase),
        .init("isHealthy", \.isHealthy),
        .init("isStopping", \.isStopping),
        .init("restarts", \.restarts),
        .init("exitCode", \.exitCode),
        .init("exitSignal", \.exitSignal),
        .init("hasEnded", \.hasEnded),
        .init("message", \.message),
        .init("bootID", \.bootID),
        .init("since", \.since),
        .init("startedAt", \.startedAt),
        .init("cgroups", \.cgroups),
        .init("limits", \.limits),
    ]
}
