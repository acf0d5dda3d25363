import Drivers
import ResourceModel
import SwarmDriver
import Testing

/// A spec that a cluster of engines cannot have, and the field that is to blame.
struct Refusal: Sendable, CustomTestStringConvertible {
    var field: String
    var spec: ServiceSpec

    init(_ field: String, _ change: (inout ServiceSpec) -> Void) {
        self.field = field
        spec = VariedServices.service(change)
    }

    var testDescription: String { field }
}

@Suite("what cannot be sent")
struct RefusalTests {
    @Test("is refused with its field and a way out, never dropped", arguments: refusals)
    func refused(_ item: Refusal) {
        do throws(DriverError) {
            _ = try VariedServices.forward("web", item.spec)
            Issue.record("it was translated")
        } catch {
            #expect(error.message.contains("service/web: `\(item.field)`"), "\(error.message)")
            #expect(error.help != nil || item.field.hasPrefix("mounts[0].options"))
            #expect(error.code == .invalid)
        }
    }

    private static let refusals: [Refusal] = [
        Refusal("image") { $0.image = nil },
        Refusal("environment.PASSWORD") { $0.environment = ["PASSWORD": .secret(name: "key", object: "key-1")] },
        Refusal("healthcheck.http") {
            $0.healthcheck = HealthCheck()
            $0.healthcheck?.http = HTTPProbe()
        },
        Refusal("healthcheck.tcp") {
            $0.healthcheck = HealthCheck()
            $0.healthcheck?.tcp = TCPProbe()
        },
        Refusal("healthcheck.interval") {
            $0.healthcheck = HealthCheck()
            $0.healthcheck?.command = ["true"]
            $0.healthcheck?.interval = .microseconds(10)
        },
        Refusal("readiness") { $0.readiness = HealthCheck() },
        Refusal("ports[0].hostIP") { spec in
            var port = PortSpec()
            port.target = 80
            port.published = PortRange(80, 80)
            port.hostIP = "127.0.0.1"
            spec.ports = [port]
        },
        Refusal("ports[0].mode") { spec in
            var port = PortSpec()
            port.target = 80
            port.published = PortRange(80, 80)
            spec.ports = [port]
            spec.endpointMode = .dnsrr
        },
        Refusal("privileged") { $0.privileged = true },
        Refusal("devices") { $0.devices = ["/dev/fuse"] },
        Refusal("rootfs") { $0.rootfs = "/srv" },
        Refusal("securityOptions[1]") { $0.securityOptions = ["label=disable", "seccomp=/p.json"] },
        // Known to newer engines only; the oldest would drop it.
        Refusal("securityOptions[0]") { $0.securityOptions = ["no-new-privileges"] },
        Refusal("shmSize") {
            $0.shmSize = ByteCount(bytes: 1 << 20)
            $0.mounts = [MountSpec(type: .tmpfs, source: nil, target: "/dev/shm")]
        },
        Refusal("mounts[0].options.selinux") {
            $0.mounts = [MountSpec(type: .bind, source: "/a", target: "/b")]
            $0.mounts[0].options = ["selinux": "z"]
        },
        Refusal("mounts[0].options.subpath") {
            $0.mounts = [MountSpec(type: .volume, source: "data", target: "/b")]
            $0.mounts[0].options = ["subpath": "x"]
        },
        Refusal("mounts[0].options.sise") {
            $0.mounts = [MountSpec(type: .tmpfs, source: nil, target: "/b")]
            $0.mounts[0].options = ["sise": "1MiB"]
        },
        Refusal("secrets[0].uid") {
            $0.secrets = [FileReference(source: "key-1")]
            $0.secrets[0].uid = "root"
        },
        Refusal("secrets[1]") {
            $0.secrets = [FileReference(source: "key-1"), FileReference(source: "key-1", target: "/etc/key")]
            $0.secrets[1].uid = "1000"
        },
        Refusal("resources.limits.memory") { spec in
            var limits = ResourceLimits()
            limits.memory = ByteCount(bytes: 1000)
            spec.resources = ResourceRequirements()
            spec.resources?.limits = limits
        },
        Refusal("resources.reservations.devices.gpu") { spec in
            var reservations = ResourceReservations()
            reservations.devices = ["gpu": "GPU-0"]
            spec.resources = ResourceRequirements()
            spec.resources?.reservations = reservations
        },
        Refusal("extraHosts[0]") { $0.extraHosts = ["nonsense"] },
    ]

    @Test("what the engine lacks is named")
    func missing() {
        let absent: [(String, ServiceSpec)] = [
            ("network gone", VariedServices.service { $0.networks = [NetworkAttachment(network: "gone")] }),
            ("secret gone", VariedServices.service { $0.secrets = [FileReference(source: "gone")] }),
            ("config gone", VariedServices.service { $0.configs = [FileReference(source: "gone")] }),
            ("config gone", VariedServices.service { $0.environment = ["A": .config(name: "gone", object: nil)] }),
        ]
        for (what, spec) in absent {
            do throws(DriverError) {
                _ = try VariedServices.forward("web", spec)
                Issue.record("\(what) was translated")
            } catch {
                #expect(error.code == .notFound)
                #expect(error.message.contains(what), "\(error.message)")
            }
        }
    }

    @Test("every refused field is known before anything is applied")
    func capabilities() {
        let fields = Capabilities.swarm.unsupportedFields
        let errors = Set(fields.filter(\.isError).map(\.path))
        let promised = [
            "environment[].secret", "healthcheck.http", "healthcheck.tcp", "readiness", "ports[].hostIP", "privileged",
            "devices", "rootfs", "securityOptions[]",
        ]
        #expect(errors.isSuperset(of: promised))
        #expect(fields.allSatisfy { !$0.reason.isEmpty && !$0.reason.hasSuffix(".") })
        #expect(fields.filter(\.isError).allSatisfy { $0.help != nil })
        let counts = [EngineVersion(1, 41), EngineVersion(1, 44), EngineVersion(1, 45)]
            .map { Capabilities.swarm(apiVersion: $0).unsupportedFields.count - fields.count }
        #expect(counts == [3, 1, 0])
    }

    @Test("names are scoped by the project, and long ones stay apart")
    func names() {
        #expect(EngineNames.scoped("web", project: "shop") == "shop_web")
        let long = String(repeating: "a", count: 63)
        let first = EngineNames.scoped(long + "1", project: "shop")
        #expect(first.utf8.count == 63)
        #expect(first.hasPrefix("shop_aaa"))
        #expect(first != EngineNames.scoped(long + "2", project: "shop"))
        #expect(throws: DriverError.self) { try VariedServices.forward("web.api", VariedServices.service { _ in }) }
    }
}
