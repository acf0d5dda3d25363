import Drivers
import OrchplanTestSupport
import ResourceModel
import SwarmDriver
import Testing

@Suite("normalising specs")
struct NormalisationPropertyTests {
    @Test("a spec and what an engine makes of it are the same", arguments: 0..<400)
    func roundTrip(_ seed: Int) throws {
        var random = RandomSpecs(seed: UInt64(seed))
        let spec = Self.honourable(random.service())
        let sent = try ServiceForward.spec(
            VariedServices.definition("web", spec),
            VariedServices.labels(.service, "web"),
            Self.names(for: spec),
            version: seed.isMultiple(of: 2) ? .oldest : EngineVersion(1, 50)
        )
        var engine = EngineModel(generator: SeededGenerator(seed: UInt64(seed)), fillsDefaults: seed.isMultiple(of: 3))
        let live = engine.stored(sent)
        let normal = SpecNormalisation.normalised(sent)
        #expect(normal == SpecNormalisation.normalised(live))
        #expect(SpecNormalisation.normalised(normal) == normal)
        #expect(SpecDrift.fields(sent: sent, live: live).isEmpty)
        // It is real JSON: what is sent is what is read.
        #expect(try CanonicalText(sent).value() == sent)
    }

    /// The spec without what `Capabilities.swarm` refuses, and with values that the engine takes.
    static func honourable(_ given: ServiceSpec) -> ServiceSpec {
        var spec = given
        spec.image = spec.image.flatMap { $0.isEmpty ? nil : $0 } ?? "a:1"
        spec.platform = nil
        spec.name = spec.name.map { _ in "named" }
        spec.rootfs = nil
        spec.readiness = nil
        spec.devices = []
        spec.privileged = false
        spec.securityOptions = []
        spec.extraHosts = []
        for entry in given.environment {
            if case .text = entry.value { continue }
            spec.environment[entry.key] = .config(name: "conf", object: "conf-1")
        }
        if spec.healthcheck?.http != nil || spec.healthcheck?.tcp != nil {
            spec.healthcheck?.http = nil
            spec.healthcheck?.tcp = nil
            spec.healthcheck?.command = ["true"]
        }
        if spec.healthcheck?.command?.isEmpty ?? false { spec.healthcheck?.command = ["CMD-SHELL", "true"] }
        for index in spec.ports.indices {
            spec.ports[index].hostIP = nil
            if spec.endpointMode == .dnsrr { spec.ports[index].mode = .host }
        }
        for index in spec.secrets.indices { spec.secrets[index].uid = nil }
        for index in spec.configs.indices { spec.configs[index].uid = nil }
        if let cpus = spec.resources?.limits?.cpus {
            spec.resources?.limits?.cpus = CPUCount(nanoCPUs: max(cpus.nanoCPUs, 1_000_000))
        }
        return spec
    }

    private static func names(for spec: ServiceSpec) -> EngineNames {
        var names = VariedServices.names
        for attached in spec.networks {
            names.networks[attached.network] = .init(id: "id-\(attached.network)", name: attached.network)
        }
        for reference in spec.secrets {
            let key = reference.object ?? reference.source
            names.secrets[key] = .init(id: "id-\(key)", name: key)
        }
        for reference in spec.configs {
            let key = reference.object ?? reference.source
            names.configs[key] = .init(id: "id-\(key)", name: key)
        }
        return names
    }
}
