/// The desired state of one service, with every short form expanded and every default filled in by lowering.
///
/// Nil means "not said": the engine's own default holds, or the `effective…` accessor where orchplan promises one.
package struct ServiceSpec: Sendable, Hashable {
    /// The name outside the project; nil: derived from the project and the resource.
    package var name: String?
    package var image: String?
    /// What the image stands for, as its registry told when a plan was made: `sha256:…`; nil: whatever a node finds.
    ///
    /// No manifest says it: planning fills it in, and it is applied and recorded with the rest.
    package var imageDigest: String?
    package var pullPolicy: PullPolicy?
    package var platform: String?
    /// A directory to use as the instances' root file system instead of the host's; local driver only.
    package var rootfs: String?
    package var entrypoint: [String]?
    package var command: [String]?
    package var environment: SortedMap<EnvironmentValue> = [:]
    package var workingDir: String?
    package var user: String?
    package var groups: [String] = []
    package var hostname: String?
    package var initProcess: Bool?
    package var tty = false
    package var stdin = false
    package var readOnly = false
    package var stopSignal: String?
    package var stopGracePeriod: Duration?
    package var labels: SortedMap<String> = [:]
    package var containerLabels: SortedMap<String> = [:]
    package var mode = ServiceMode.replicated
    package var replicas = 1
    package var scale: ScalePolicy?
    package var ports: [PortSpec] = []
    package var networks: [NetworkAttachment] = []
    package var endpointMode: EndpointMode?
    package var loadBalancing: LoadBalancing?
    package var dns: [String] = []
    package var dnsSearch: [String] = []
    package var dnsOptions: [String] = []
    package var extraHosts: [String] = []
    package var mounts: [MountSpec] = []
    package var secrets: [FileReference] = []
    package var configs: [FileReference] = []
    package var healthcheck: HealthCheck?
    package var readiness: HealthCheck?
    package var resources: ResourceRequirements?
    package var placement: Placement?
    package var restart: RestartPolicy?
    package var update: UpdatePolicy?
    package var rollback: UpdatePolicy?
    package var dependsOn: [ServiceDependency] = []
    package var logging: LoggingSpec?
    package var capAdd: [String] = []
    package var capDrop: [String] = []
    package var securityOptions: [String] = []
    package var sysctls: SortedMap<String> = [:]
    package var ulimits: SortedMap<Ulimit> = [:]
    package var shmSize: ByteCount?
    package var devices: [String] = []
    package var privileged = false
    package var ignoreChanges: [String] = []

    package init() {}
}

extension ServiceSpec: CanonicalRecord {
    package static let fields: [CanonicalField<ServiceSpec>] = [
        .init("name", \.name, .service, replaces: true),
        .init("image", \.image),
        .init("imageDigest", \.imageDigest),
        .init("pullPolicy", \.pullPolicy, .service),
        .init("platform", \.platform),
        .init("rootfs", \.rootfs),
        .init("entrypoint", \.entrypoint),
        .init("command", \.command),
        .init("environment", \.environment),
        .init("workingDir", \.workingDir),
        .init("user", \.user),
        .init("groups", \.groups),
        .init("hostname", \.hostname),
        .init("init", \.initProcess),
        .init("tty", \.tty),
        .init("stdin", \.stdin),
        .init("readOnly", \.readOnly),
        .init("stopSignal", \.stopSignal),
        .init("stopGracePeriod", \.stopGracePeriod),
        .init("labels", \.labels, .service),
        .init("containerLabels", \.containerLabels),
        .init("mode", \.mode, .service, replaces: true),
        .init("replicas", \.replicas, .service),
        .init("scale", \.scale, .planning),
        .init("ports", \.ports, [.instance, .service]),
        .init("networks", \.networks),
        .init("endpointMode", \.endpointMode, .service),
        .init("loadBalancing", \.loadBalancing, .service),
        .init("dns", \.dns),
        .init("dnsSearch", \.dnsSearch),
        .init("dnsOptions", \.dnsOptions),
        .init("extraHosts", \.extraHosts),
        .init("mounts", \.mounts),
        .init("secrets", \.secrets),
        .init("configs", \.configs),
        .init("healthcheck", \.healthcheck),
        .init("readiness", \.readiness),
        .init("resources", \.resources),
        .init("placement", \.placement),
        .init("restart", \.restart),
        .init("update", \.update, .planning),
        .init("rollback", \.rollback, .planning),
        .init("dependsOn", \.dependsOn, .planning),
        .init("logging", \.logging),
        .init("capAdd", \.capAdd),
        .init("capDrop", \.capDrop),
        .init("securityOptions", \.securityOptions),
        .init("sysctls", \.sysctls),
        .init("ulimits", \.ulimits),
        .init("shmSize", \.shmSize),
        .init("devices", \.devices),
        .init("privileged", \.privileged),
        .init("ignoreChanges", \.ignoreChanges, .planning),
    ]
}

extension ServiceSpec {
    /// How updates go when the manifest does not say: SwarmKit's defaults (api/defaults/service.go).
    package var effectiveUpdate: UpdatePolicy { update ?? UpdatePolicy() }
    /// How rollbacks go when the manifest does not say: SwarmKit's defaults.
    package var effectiveRollback: UpdatePolicy { rollback ?? UpdatePolicy() }
    /// How instances are restarted when the manifest does not say: any exit, 5 s apart; a job only on failure.
    package var effectiveRestart: RestartPolicy {
        restart ?? RestartPolicy(condition: mode.isJob ? .onFailure : .any)
    }
    /// How long an instance may take to stop before it is killed: 10 s, as SwarmKit.
    package var effectiveStopGracePeriod: Duration { stopGracePeriod ?? .seconds(10) }
    /// The paths of the fields that another system sets: `ignoreChanges`, and the count of a service with a scale policy.
    package var fieldsOfOthers: [String] {
        var paths = scale == nil ? ignoreChanges : ignoreChanges + ["replicas"]
        // Whoever sets the image sets what it stands for.
        if paths.contains("image") { paths.append("imageDigest") }
        return paths
    }
    /// Whether another system sets a field such as `replicas` or `environment.LEVEL`.
    package func leavesToOthers(_ path: String) -> Bool {
        fieldsOfOthers.contains { path == $0 || path.hasPrefix("\($0).") || path.hasPrefix("\($0)[") }
    }

    /// What gates traffic and rollouts: readiness where it is given apart, else the health check.
    package var readinessProbe: HealthCheck? { readiness ?? healthcheck }
}

/// How many instances a service has, and whether they run on or to an end.
package enum ServiceMode: String, CanonicalEnum {
    case replicated
    case global
    case replicatedJob
    case globalJob

    package var isJob: Bool { self == .replicatedJob || self == .globalJob }
    package var isGlobal: Bool { self == .global || self == .globalJob }
}

/// When an image is fetched.
package enum PullPolicy: String, CanonicalEnum {
    case always
    case missing
    case never
}

/// How a service's name resolves: to one virtual address, or to its instances' own.
package enum EndpointMode: String, CanonicalEnum {
    case vip
    case dnsrr
}

/// How connections are spread over healthy instances.
package enum LoadBalancing: String, CanonicalEnum {
    case roundRobin
    case leastConnections
}
