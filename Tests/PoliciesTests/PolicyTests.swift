import Manifests
import OrchplanTestSupport
import Plans
import ResourceModel
import SourceDiagnostics
import Testing

@testable import Policies

@Suite("What a policy forbids")
struct PolicyTests {
    private func check(_ change: (inout PolicyFile) -> Void, driver: String = "swarm") -> PolicyCheck {
        var policy = PolicyFile()
        change(&policy)
        return PolicyCheck(policy, name: "policy.yaml", driver: driver)
    }

    private func service(_ change: (inout ServiceSpec) -> Void) -> Resource {
        var spec = ServiceSpec()
        change(&spec)
        return Resource(address: ResourceAddress(.service, "web"), spec: .service(spec))
    }

    /// The fields of what is forbidden.
    private func fields(_ check: PolicyCheck, _ resource: Resource) -> [String] {
        check.violations(of: resource).map { $0.field ?? "" }
    }

    @Test(
        "patterns",
        arguments: [
            ("/srv/*", "/srv/a", true), ("/srv/*", "/srv/a/b", false), ("/srv/*", "/srv", false),
            ("/srv/**", "/srv/a/b", true), ("/srv/**", "/srvx/a", false), ("*", "a", true), ("*", "", true),
            ("**", "a/b", true), ("a*c", "abbc", true), ("a*c", "abbd", false), ("a**c", "a/b/c", true),
            ("", "", true), ("", "a", false), ("a", "", false),
        ]
    )
    func patterns(_ pattern: String, _ text: String, _ fits: Bool) {
        #expect(GlobPattern(pattern).matches(text) == fits)
    }

    @Test("a pattern of many wildcards takes no longer than its length times the text's")
    func patternBomb() {
        let pattern = GlobPattern(String(repeating: "*a", count: 200))
        #expect(!pattern.matches(String(repeating: "a", count: 4000) + "b"))
    }

    @Test(
        "images",
        arguments: [
            ("nginx", "nginx", true), ("nginx", "docker.io/library/nginx:1.27", true),
            ("nginx:1.*", "nginx:1.27", true),
            ("nginx:1.*", "nginx:2", false), ("nginx", "evil.example/nginx", false), ("nginx", "nginx.evil", false),
            ("registry.example.com/**", "registry.example.com/shop/web:1", true),
            ("registry.example.com/**", "registry.example.com.evil/shop/web", false),
            ("registry.example.com:5000/*", "registry.example.com:5000/web:1", true),
            ("registry.example.com:5000/*", "registry.example.com:5000/a/web:1", false),
            ("**:latest", "shop/web", true), ("**:latest", "shop/web:1", false),
            ("**:latest", "web@sha256:\(String(repeating: "0", count: 64))", false),
        ]
    )
    func images(_ pattern: String, _ image: String, _ fits: Bool) {
        let check = check { policy in
            policy.images = ImagePolicy()
            policy.images?.allow = [pattern]
        }
        #expect(fields(check, service { $0.image = image }).isEmpty == fits)
    }

    @Test("paths of the node, however they are written and whatever uses them")
    func hostPaths() {
        let check = check { $0.hostPaths = ["/srv/shop/**", "/dev/net/tun"] }
        let mounts = ["/srv/shop", "/srv/shop/data/../x", "/srv/shop/../../etc", "/srv/shops", "//etc", "data"]
        let web = service {
            $0.mounts = mounts.map { MountSpec(type: .bind, source: $0, target: "/x") }
            $0.mounts.append(MountSpec(type: .volume, source: "/no/path", target: "/y"))
            $0.devices = ["/dev/net/tun:/dev/net/tun", "/dev/sda:/dev/sda:r"]
        }
        #expect(fields(check, web) == ["mounts[2]", "mounts[3]", "mounts[4]", "mounts[5]", "devices[1]"])
        #expect(fields(check, service { $0.rootfs = "/srv/shop/../.." }) == ["rootfs"])
        let overlay = "lowerdir=/etc:/srv/shop/a,upperdir=/srv/shop/b,workdir=/tmp"
        let volumes: [(SortedMap<String>, [String])] = [
            (["type": "none", "o": "bind", "device": "/etc"], ["driverOptions.device"]),
            (["type": "none", "o": "bind", "device": "./etc"], ["driverOptions.device"]),
            (["type": "none", "o": "bind", "device": "/srv/shop/x"], []),
            (["type": "nfs", "o": "addr=10.0.0.1", "device": ":/export"], []),
            (["type": "overlay", "device": "overlay", "o": overlay], ["driverOptions.o", "driverOptions.o"]),
        ]
        for (options, forbidden) in volumes {
            var volume = VolumeSpec()
            volume.driverOptions = options
            let disguised = Resource(address: ResourceAddress(.volume, "v"), spec: .volume(volume))
            #expect(fields(check, disguised) == forbidden, "\(options)")
        }
    }

    @Test("ports and where they listen; a driver's own default counts")
    func ports() {
        func check(_ driver: String) -> PolicyCheck {
            self.check(
                { policy in
                    policy.ports = PortPolicy()
                    policy.ports?.allow = [PortRange(8000, 8099), PortRange(8100, 8199), PortRange(80, 80)]
                    policy.ports?.addresses = ["127.0.0.1"]
                },
                driver: driver
            )
        }
        let ranges: [PortRange?] = [PortRange(80, 80), PortRange(8050, 8150), PortRange(8150, 8200), nil]
        let web = service {
            $0.ports = ranges.map { range in
                var port = PortSpec()
                port.published = range
                return port
            }
            $0.ports[0].hostIP = "0.0.0.0"
        }
        #expect(fields(check("local"), web) == ["ports[0]", "ports[2]"])
        #expect(fields(check("swarm"), web) == ["ports[0]", "ports[1]", "ports[2]", "ports[2]"])
    }

    @Test("fields, also inside lists and maps; what is at its default is not set")
    func forbiddenFields() {
        let check = check { $0.fields = ["service.labels", "service.ports.hostIP", "service.tty", "network.driver"] }
        let web = service {
            $0.labels = ["a.b": "c"]
            $0.ports = [PortSpec(), PortSpec()]
            $0.ports[1].hostIP = "127.0.0.1"
        }
        #expect(fields(check, web) == ["labels", "ports[1].hostIP"])
        #expect(fields(self.check { $0.privileges = false }, service { $0.capAdd = ["NET_ADMIN"] }) == ["capAdd"])
    }

    @Test("plans: what they do, and what they would leave behind, whoever made them")
    func plans() throws {
        let check = check { policy in
            policy.actions = ["delete", "service.replace"]
            policy.privileges = false
        }
        let privileged = CanonicalText(service { $0.privileged = true })
        func step(_ id: Int, _ kind: ResourceKind, _ action: StepAction, after: CanonicalText? = nil) -> PlanStep {
            PlanStep(id: id, address: ResourceAddress(kind, "x"), action: action, after: after)
        }
        let now = Timestamp(milliseconds: 0)
        var plan = Plan(project: "shop", lineage: "l", serial: 1, createdAt: now, driver: "swarm")
        plan.steps = [
            step(0, .network, .replace), step(1, .service, .replace), step(2, .volume, .delete),
            step(3, .service, .update, after: privileged), step(4, .config, .retire),
        ]
        let found = check.violations(of: plan).map { "\($0.code.id) \($0.address)" }
        #expect(found == ["OP6007 service/x", "OP6007 volume/x", "OP6002 service/web"])
    }
}
