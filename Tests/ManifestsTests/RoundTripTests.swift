import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import Testing

@testable import Manifests

@Suite("What is written as a manifest compiles to the spec that was written")
struct RoundTripTests {
    @Test("random services", arguments: 0..<200)
    func services(_ seed: UInt64) async {
        var random = RandomSpecs(seed: seed)
        let spec = Self.made(valid: random.service())
        let text =
            "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec:\n"
            + Emitter.yaml(CanonicalText(spec).text, indent: 2)
        let result = await compile(text)
        let faults = result.diagnostics.filter { $0.code != .undefinedReference && $0.severity == .error }
        #expect(faults.isEmpty, "\(TextRenderer(result.sources).render(faults))\n\(text)")
        #expect(result.service().map { CanonicalText($0).text } == CanonicalText(spec).text)
    }

    /// The spec without what no manifest may say: objects of pinning, rules between fields, texts with a NUL.
    private static func made(valid random: ServiceSpec) -> ServiceSpec {
        var spec = random
        spec.image = "app:1"
        if spec.mode != .replicated { spec.scale = nil }
        if spec.mode.isGlobal { spec.replicas = 1 }
        spec.scale?.min = 1
        spec.scale?.target = "70"
        spec.scale?.metric = .cpu
        spec.name = spec.name.map { _ in "legacy" }
        spec.hostname = spec.hostname.map { _ in "web-1.example" }
        spec.workingDir = spec.workingDir.map { "/" + $0 }
        spec.stopSignal = spec.stopSignal.map { _ in "SIGINT" }
        spec.placement?.constraints = ["node.role == worker"]
        spec.dns = []
        spec.user = spec.user.map { _ in "1000:web" }
        spec.capAdd = spec.capAdd.isEmpty ? [] : ["NET_ADMIN"]
        spec.capDrop = spec.capDrop.isEmpty ? [] : ["ALL"]
        spec.extraHosts = spec.extraHosts.isEmpty ? [] : ["db:10.0.0.7", "six=[::1]"]
        spec.shmSize = spec.shmSize.map { max($0, ByteCount(bytes: 1)) }
        spec.ulimits = spec.ulimits.isEmpty ? [:] : ["nofile": Ulimit(soft: 5, hard: 100)]
        spec.ignoreChanges = ["replicas"]
        for index in spec.ports.indices {
            spec.ports[index].name = "p\(index)"
            spec.ports[index].target = index + 1
            spec.ports[index].published = PortRange(1000 * index + 1, 1000 * index + 1)
            spec.ports[index].hostIP = nil
        }
        for (index, mount) in spec.mounts.enumerated() {
            spec.mounts[index].target = "/m\(index)"
            if mount.type == .tmpfs { spec.mounts[index].source = nil }
            if mount.type == .bind { spec.mounts[index].source = "/host" }
        }
        spec.networks = spec.networks.enumerated()
            .map { NetworkAttachment(network: "n\($0)", aliases: $1.aliases.indices.map { "a\($0)" }) }
        for index in spec.secrets.indices { made(valid: &spec.secrets[index], "/s\(index)") }
        for index in spec.configs.indices { made(valid: &spec.configs[index], "/c\(index)") }
        spec.dependsOn = spec.dependsOn.enumerated()
            .map { ServiceDependency(service: "d\($0)", condition: $1.condition) }
        for entry in spec.environment {
            if case .secret(let name, _) = entry.value {
                spec.environment[entry.key] = .secret(name: name, object: nil)
            }
        }
        for check in [\ServiceSpec.healthcheck, \.readiness] {
            spec[keyPath: check]?.interval = .seconds(9)
            spec[keyPath: check]?.timeout = .seconds(3)
            if spec[keyPath: check]?.command != nil { spec[keyPath: check]?.command = ["check"] }
        }
        // A command names a program.
        if spec.command?.first?.isEmpty ?? true { spec.command = nil }
        return spec
    }

    private static func made(valid reference: inout FileReference, _ target: String) {
        reference.target = target
        reference.object = nil
        reference.uid = reference.uid.map { _ in "1000" }
        reference.gid = reference.gid.map { _ in "0" }
    }
}

/// Writes canonical text as block YAML, numbers of modes in quotes as they are, `$` doubled.
enum Emitter {
    static func yaml(_ canonical: String, indent: Int) -> String {
        guard let value = try? CanonicalReader.parse(canonical.utf8) else { return "" }
        return block(value, indent: indent)
    }

    private static func block(_ value: CanonicalValue, indent: Int) -> String {
        let space = String(repeating: " ", count: indent)
        switch value {
        case .object(let members) where !members.isEmpty:
            return
                members.map { member in
                    let key = CanonicalText(CanonicalText(text: member.key)).text
                    return isNested(member.value)
                        ? "\(space)\(key):\n" + block(member.value, indent: indent + 2)
                        : "\(space)\(key): \(scalar(member.key, member.value))\n"
                }
                .joined()
        case .array(let items) where !items.isEmpty:
            return
                items.map {
                    isNested($0) ? "\(space)-\n" + block($0, indent: indent + 2) : "\(space)- \(scalar("", $0))\n"
                }
                .joined()
        default: return "\(space)\(scalar("", value))\n"
        }
    }

    private static func isNested(_ value: CanonicalValue) -> Bool {
        switch value {
        case .object(let members): !members.isEmpty
        case .array(let items): !items.isEmpty
        default: false
        }
    }

    private static func scalar(_ key: String, _ value: CanonicalValue) -> String {
        switch value {
        case .string(let text) where key == "batch" && !text.hasSuffix("%"): return text
        case .string(let text):
            let doubled = text.map { $0 == "$" ? "$$" : String($0) }.joined()
            return CanonicalText(CanonicalText(text: doubled)).text
        default: return CanonicalText(value).text
        }
    }
}
