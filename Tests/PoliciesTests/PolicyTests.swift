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
            ("registry.example.com/*", "Registry.Example.com/web:1", true),
            ("web@sha256:0*", "web:1@sha256:\(String(repeating: "0", count: 64))", true),
            ("web@sha256:1*", "web:1@sha256:\(String(repeating: "0", count: 64))", false),
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
            (["type": "nfs", "o": "ro,bind", "device": "etc"], ["driverOptions.device"]),
            (["type": "none", "o": "bind", "device": "/srv/shop/{{.Node.Hostname}}"], []),
            (
                ["type": "none", "o": "{{.Service.Labels.o}}", "device": "/srv/shop/{{.Service.Labels.d}}"],
                ["driverOptions.device", "driverOptions.o"]
            ),
            (["type": "overlay", "device": "overlay", "o": overlay], ["driverOptions.o", "driverOptions.o"]),
        ]
        for (options, forbidden) in volumes {
            var volume = VolumeSpec()
            volume.driverOptions = options
            let disguised = Resource(address: ResourceAddress(.volume, "v"), spec: .volume(volume))
            #expect(fields(check, disguised) == forbidden, "\(options)")
        }
    }

    @Test(
        "paths with placeholders, by what a cluster may put there",
        arguments: [
            ("{{.Task.Slot}}", true), ("{{ .Node.Hostname }}/data", true), ("{{.Service.Labels.folder}}", true),
            ("{{.Service.Labels.up}}", false), ("x/{{ .Service.Labels.up }}/{{.Task.Slot}}", false),
            ("{{.Task.Slot}}/../../../etc", false), ("{{.Service.Labels.none}}", false),
            ("{{index .Service.Labels \"up\"}}", false), ("{{\"../../etc\"}}", false), ("{{.Task.Slot", false),
        ]
    )
    func placeholders(_ source: String, _ isAllowed: Bool) {
        let check = check { $0.hostPaths = ["/srv/shop/**"] }
        let web = service {
            $0.labels = ["folder": "data", "up": "../../etc"]
            $0.mounts = [MountSpec(type: .bind, source: "/srv/shop/\(source)", target: "/x")]
        }
        #expect(fields(check, web).isEmpty == isAllowed)
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

    @Test("addresses are the same however they are written")
    func addresses() {
        let check = check(
            { policy in
                policy.ports = PortPolicy()
                policy.ports?.addresses = ["0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "FE80::1"]
            },
            driver: "local"
        )
        let web = service {
            $0.ports = ["::1", "127.0.0.1", "fe80:0::0:1", "::2", "0.0.0.0"]
                .map { address in
                    var port = PortSpec()
                    (port.published, port.hostIP) = (PortRange(80, 80), address)
                    return port
                }
        }
        #expect(fields(check, web) == ["ports[3]", "ports[4]"])
    }

    @Test("on the node's own network every port is open, whatever the network is called here")
    func hostNetwork() {
        let check = check {
            $0.ports = PortPolicy()
            $0.ports?.allow = [PortRange(80, 80)]
        }
        func network(_ name: String, _ change: (inout NetworkSpec) -> Void) -> Resource {
            var spec = NetworkSpec()
            change(&spec)
            return Resource(address: ResourceAddress(.network, name), spec: .network(spec))
        }
        let networks = [
            network("host") { $0.external = true }, network("node") { ($0.external, $0.name) = (true, "host") },
            network("other") { ($0.external, $0.name) = (true, "front") }, network("own") { $0.driver = "host" },
        ]
        let web = service { $0.networks = networks.map { NetworkAttachment(network: $0.address.name) } }
        let names = PolicyCheck.hostNetworks(networks)
        let found = check.violations(of: web, hostNetworks: names).map { $0.field ?? "" }
        #expect(found == ["networks[0]", "networks[1]", "networks[3]"])
        // A plan that leaves the network as it is knows it by what stands there.
        var plan = Plan(
            project: "shop",
            lineage: "l",
            serial: 1,
            createdAt: Timestamp(milliseconds: 0),
            driver: "swarm"
        )
        plan.steps = [PlanStep(id: 0, address: web.address, action: .update, after: CanonicalText(web))]
        #expect(check.violations(of: plan, hostNetworks: names).count == 3)
        #expect(check.violations(of: plan).map(\.field) == ["networks[0]"])
    }

    @Test(
        "patterns that nothing can match are refused where they are written, and so is a policy without effect",
        arguments: [
            ("images: {allow: [Registry.example.com/web]}", "write `registry.example.com/web`"),
            ("images: {forbid: ['shop/Web:V1']}", "write `shop/web:V1`"),
            ("hostPaths: {allow: [srv/shop]}", "write `/srv/shop`"),
            ("hostPaths: {allow: [/srv/../etc/]}", "write `/etc`"),
            ("{}", "write what it forbids"), ("images: {}\nprivileges: true", "write what it forbids"),
        ]
    )
    func loading(_ text: String, _ help: String) {
        let loaded = LoadedPolicy.load("/p/policy.yaml", shownAs: "policy.yaml", files: OneFile(text: text))
        #expect(loaded.diagnostics.count == 1 && loaded.diagnostics.hasErrors)
        #expect(loaded.diagnostics.first?.primary != nil)
        #expect(loaded.diagnostics.first?.help.first?.text.hasPrefix(help) == true, "\(loaded.diagnostics)")
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
        // What replaces deletes.
        #expect(found == ["OP6007 network/x", "OP6007 service/x", "OP6007 volume/x", "OP6002 service/web"])
        // What the plan leaves as it is, is what it leaves.
        let standing = Resource(address: ResourceAddress(.service, "y"), spec: service { $0.privileged = true }.spec)
        func left() -> [String] {
            check.violations(of: plan, standing: [standing]).filter { $0.address.name == "y" }.map(\.code.id)
        }
        #expect(left() == ["OP6002"])
        plan.options.destroy = true
        #expect(left().isEmpty)
        #expect(check.forgetting(ResourceAddress(.config, "x")).map(\.code.id) == ["OP6007"])
    }
}

/// One text at every path.
private struct OneFile: ManifestFiles {
    var text: String

    func status(_ path: String) -> FileStatus? { nil }
    func entries(_ directory: String) -> [DirectoryEntry] { [] }
    func read(_ path: String, shownAs: String, limit: Int) -> SourceFile { SourceFile(path: shownAs, text: text) }
    func readStandardInput(limit: Int) -> SourceFile { SourceFile(path: "<stdin>", text: text) }
    func canonical(_ path: String) -> String? { path }
}
