import Drivers
import OrchplanTestSupport
import ResourceModel
import SwarmDriver

/// Services that between them use every field which a cluster of engines can honour.
enum VariedServices {
    static let project = "shop"

    /// By name; each is sent to a real engine when the fixtures are made.
    static let all: [(name: String, spec: ServiceSpec)] = [
        ("plain", service { _ in }),
        ("command", service { $0.command = ["sh", "-c", "exec sleep 1000", ""] }),
        (
            "entrypoint",
            service {
                $0.entrypoint = ["/bin/sh", "-c"]
                $0.command = ["sleep 9"]
            }
        ),
        (
            "environment",
            service {
                $0.environment = ["B": .text("x=y"), "A": .text(""), "C": .text("{{.Node.Hostname}}"), "D": config]
            }
        ),
        (
            "identity",
            service {
                $0.user = "1000:1000"
                $0.groups = ["20", "10"]
                $0.hostname = "h"
                $0.workingDir = "/tmp"
            }
        ),
        (
            "terminal",
            service {
                $0.tty = true
                $0.stdin = true
                $0.readOnly = true
                $0.initProcess = false
            }
        ),
        ("initProcess", service { $0.initProcess = true }),
        (
            "stop",
            service {
                $0.stopSignal = "SIGINT"
                $0.stopGracePeriod = .milliseconds(2500)
            }
        ),
        ("graceless", service { $0.stopGracePeriod = .zero }),
        ("usualGrace", service { $0.stopGracePeriod = .seconds(10) }),
        (
            "labels",
            service {
                $0.labels = ["b": "", "a": "1"]
                $0.containerLabels = ["z": "é", "y": ""]
            }
        ),
        ("manyReplicas", service { $0.replicas = 7 }),
        ("noReplicas", service { $0.replicas = 0 }),
        ("global", service { $0.mode = .global }),
        (
            "job",
            service {
                $0.mode = .replicatedJob
                $0.replicas = 3
                $0.command = ["true"]
            }
        ),
        (
            "globalJob",
            service {
                $0.mode = .globalJob
                $0.command = ["true"]
            }
        ),
        ("ports", service { $0.ports = [port(80, 18080), port(53, 18053, .udp), port(99, nil)] }),
        ("portRange", service { $0.ports = [port(80, 18100, last: 18103), port(81, 18090)] }),
        (
            "hostPort",
            service {
                $0.ports = [port(80, 18200, mode: .host)]
                $0.endpointMode = .dnsrr
            }
        ),
        (
            "networks",
            service {
                $0.networks = [
                    NetworkAttachment(network: "front", aliases: ["z", "a", "networks"]), .init(network: "back"),
                ]
                $0.networks[1].driverOptions = ["o": "1"]
            }
        ),
        (
            "dnsrr",
            service {
                $0.endpointMode = .dnsrr
                $0.networks = [NetworkAttachment(network: "back")]
            }
        ),
        (
            "resolver",
            service {
                $0.dns = ["10.0.0.2", "10.0.0.1"]
                $0.dnsSearch = ["b.example", "a.example"]
                $0.dnsOptions = ["ndots:2"]
                $0.extraHosts = ["db:10.0.0.7", "v6=[::1]", "db2=10.0.0.7"]
            }
        ),
        (
            "mounts",
            service {
                $0.mounts = mounts
                $0.shmSize = ByteCount(bytes: 128 << 20)
            }
        ),
        (
            "files",
            service {
                $0.secrets = files("key")
                $0.configs = files("conf")
            }
        ),
        ("health", service { $0.healthcheck = health }),
        (
            "shell",
            service {
                $0.healthcheck = HealthCheck()
                $0.healthcheck?.command = ["CMD-SHELL", "true || false"]
            }
        ),
        (
            "noHealth",
            service {
                $0.healthcheck = HealthCheck()
                $0.healthcheck?.command = ["NONE"]
            }
        ),
        ("resources", service { $0.resources = resources }),
        (
            "emptyResources",
            service {
                $0.resources = ResourceRequirements()
                $0.resources?.limits = ResourceLimits()
            }
        ),
        (
            "restartNever",
            service {
                $0.restart = RestartPolicy(condition: .none)
                $0.restart?.delay = .zero
            }
        ),
        ("restart", service { $0.restart = restart }),
        (
            "noAttempts",
            service {
                $0.restart = RestartPolicy()
                $0.restart?.maxAttempts = 0
            }
        ),
        (
            "placement",
            service {
                $0.placement = placement
                $0.platform = "linux/amd64"
            }
        ),
        (
            "update",
            service {
                $0.update = update
                $0.rollback = rollback
                $0.replicas = 10
            }
        ),
        (
            "updateAtOnce",
            service {
                $0.update = UpdatePolicy()
                $0.update?.monitor = .zero
                $0.update?.maxFailureRatio = 1
            }
        ),
        (
            "logging",
            service {
                $0.logging = LoggingSpec()
                $0.logging?.driver = "local"
                $0.logging?.options = ["max-size": "1m"]
            }
        ),
        (
            "loggingOptions",
            service {
                $0.logging = LoggingSpec()
                $0.logging?.options = ["max-size": "1m"]
            }
        ),
        (
            "security",
            service {
                $0.capAdd = ["net_admin", "CAP_SYS_PTRACE"]
                $0.capDrop = ["ALL"]
                $0.securityOptions = ["label=disable"]
            }
        ),
        (
            "kernel",
            service {
                $0.sysctls = ["net.ipv4.ip_forward": "0", "net.core.somaxconn": "512"]
                $0.ulimits = ["nofile": Ulimit(soft: 100, hard: 200), "core": Ulimit(soft: 0, hard: -1)]
            }
        ),
    ]

    static let names = EngineNames(
        networks: ["front": .init(id: "FRONT", name: "shop_front"), "back": .init(id: "BACK", name: "shop_back")],
        volumes: [
            "data": .init(name: "shop_data", driver: "local", driverOptions: ["type": "tmpfs", "device": "tmpfs"]),
            "theirs": .init(name: "theirs", isExternal: true),
        ],
        secrets: ["key-1": .init(id: "KEY", name: "shop_key-1"), "key-2": .init(id: "KEY2", name: "shop_key-2")],
        configs: ["conf-1": .init(id: "CONF", name: "shop_conf-1"), "conf-2": .init(id: "CONF2", name: "shop_conf-2")],
        configTexts: ["conf-1": "level=3"]
    )

    static func definition(_ name: String, _ spec: ServiceSpec) -> ServiceDefinition {
        ServiceDefinition(
            resource: Resource(address: ResourceAddress(.service, name), spec: .service(spec)),
            spec: spec,
            template: Fingerprint(text: String(repeating: "7", count: 64)),
            replicas: spec.replicas,
            update: spec.effectiveUpdate,
            rollback: spec.effectiveRollback
        )
    }

    static func labels(_ kind: ResourceKind, _ name: String) -> OwnershipLabels {
        OwnershipLabels(
            project: project,
            address: ResourceAddress(kind, name),
            fingerprint: Fingerprint(text: String(repeating: "a", count: 64)),
            operation: "op-1"
        )
    }

    static func forward(
        _ name: String,
        _ spec: ServiceSpec,
        version: EngineVersion = .oldest
    ) throws(DriverError) -> CanonicalValue {
        try ServiceForward.spec(definition(name, spec), labels(.service, name), names, version: version)
    }

    static func service(_ change: (inout ServiceSpec) -> Void) -> ServiceSpec {
        var spec = ServiceSpec()
        spec.image = "orchplan/test:1"
        change(&spec)
        return spec
    }

    private static let config = EnvironmentValue.config(name: "conf", object: "conf-1")

    private static func port(
        _ target: Int,
        _ published: Int?,
        _ transport: TransportProtocol = .tcp,
        last: Int? = nil,
        mode: PublishMode = .ingress
    ) -> PortSpec {
        var port = PortSpec()
        port.target = target
        port.published = published.map { PortRange($0, last ?? $0) }
        port.transport = transport
        port.mode = mode
        return port
    }

    private static let mounts: [MountSpec] = {
        var data = MountSpec(type: .volume, source: "data", target: "/z")
        data.options = ["nocopy": "true"]
        var bind = MountSpec(type: .bind, source: "/etc", target: "/b", readOnly: true)
        bind.options = ["propagation": "rslave", "nonRecursive": "true"]
        var scratch = MountSpec(type: .tmpfs, source: nil, target: "/a")
        scratch.options = ["size": "64MiB", "mode": "1777"]
        return [
            data, bind, scratch, MountSpec(type: .volume, source: "theirs", target: "/t"),
            MountSpec(type: .volume, source: nil, target: "/anonymous"),
            MountSpec(type: .bind, source: "/opt", target: "/o"),
            MountSpec(type: .tmpfs, source: nil, target: "/plain"),
        ]
    }()

    private static func files(_ name: String) -> [FileReference] {
        var usual = FileReference(source: name)
        usual.object = "\(name)-1"
        var other = FileReference(source: name, target: "/etc/\(name)")
        other.object = "\(name)-2"
        other.uid = "1000"
        other.gid = "1000"
        other.mode = FileMode(bits: 0o4640)
        return [other, usual]
    }

    private static let health: HealthCheck = {
        var check = HealthCheck()
        check.command = ["wget", "-q", "http://127.0.0.1/"]
        check.interval = .milliseconds(1500)
        check.timeout = .seconds(3)
        check.startPeriod = .seconds(20)
        check.retries = 4
        return check
    }()

    private static let resources: ResourceRequirements = {
        var limits = ResourceLimits()
        limits.cpus = CPUCount(nanoCPUs: 500_000_000)
        limits.memory = ByteCount(bytes: 64 << 20)
        limits.pids = 100
        var reservations = ResourceReservations()
        reservations.cpus = CPUCount(nanoCPUs: 1_000_000)
        reservations.memory = ByteCount(bytes: 4 << 20)
        reservations.devices = ["gpu": "2", "fpga": "1"]
        var resources = ResourceRequirements()
        resources.limits = limits
        resources.reservations = reservations
        return resources
    }()

    private static let restart: RestartPolicy = {
        var policy = RestartPolicy(condition: .onFailure)
        policy.delay = .milliseconds(1)
        policy.maxAttempts = 4
        policy.window = .seconds(60)
        return policy
    }()

    private static let placement: Placement = {
        var placement = Placement()
        placement.constraints = ["node.role == manager", "node.labels.zone != b", "node.labels.disk==ssd"]
        placement.preferences = ["spread=node.labels.zone", "spread=node.labels.rack"]
        placement.maxPerNode = 2
        return placement
    }()

    private static let update: UpdatePolicy = {
        var policy = UpdatePolicy()
        policy.batch = .percent(30)
        policy.delay = .seconds(2)
        policy.monitor = .milliseconds(700)
        policy.maxFailureRatio = 0.1
        policy.onFailure = .rollback
        policy.order = .startFirst
        return policy
    }()

    private static let rollback: UpdatePolicy = {
        var policy = UpdatePolicy()
        policy.batch = .count(4)
        policy.maxFailureRatio = 0.333333333
        policy.onFailure = .continue
        return policy
    }()
}
