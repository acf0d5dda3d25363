import ResourceModel
import SwarmDriver

/// What an engine answers of services, tasks, nodes and objects: an object of lists under these names.
enum EngineLaws {
    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        guard let value = try? CanonicalReader.parse(input) else { return }
        let nodes = ClusterNodes(value["nodes"] ?? .null)
        let tasks = value["tasks"]?.array ?? []
        let services = value["services"]?.array ?? []
        for service in services {
            try read(service, tasks, nodes)
            try settles(service["Spec"] ?? service)
        }
        for object in value["objects"]?.array ?? [] {
            if let found = EngineReading.object(object) {
                try expect(found.labels.address.kind != .service, "a service among the objects: \(found.name)")
            }
        }
        for (one, other) in zip(services, services.dropFirst()) {
            let (one, other) = (one["Spec"] ?? one, other["Spec"] ?? other)
            let isSame = SpecNormalisation.normalised(one) == SpecNormalisation.normalised(other)
            let drift = SpecDrift.fields(sent: one, live: other)
            try expect(!isSame || drift.isEmpty, "two of one spelling differ in \(drift.map(\.field))")
        }
    }

    private static func read(
        _ service: CanonicalValue,
        _ tasks: [CanonicalValue],
        _ nodes: ClusterNodes
    ) throws(BrokenLaw) {
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        let found = EngineReading.service(service, tasks: tasks, nodes: nodes, host: "127.0.0.1", now: now)
        try expect(found?.labels.address.kind ?? .service == .service, "a service is something else")
        try expect(found?.desiredReplicas ?? 0 >= 0, "fewer than no instances are wanted")
        _ = EngineReading.facts(service, tasks: tasks, nodes: nodes)
        _ = EngineReading.jobProgress(service, tasks: tasks)
        _ = StuckReason.of(service, tasks: tasks, nodes: nodes, now: now)?.text
        _ = AdoptedService.template(service["Spec"] ?? service)
    }

    /// One spelling for every spec, and nothing that differs from itself.
    private static func settles(_ spec: CanonicalValue) throws(BrokenLaw) {
        let once = SpecNormalisation.normalised(spec)
        try expect(SpecNormalisation.normalised(once) == once, "a spec has two spellings")
        let drift = SpecDrift.fields(sent: spec, live: spec)
        try expect(drift.isEmpty, "a spec differs from itself in \(drift.map(\.field))")
    }
}
