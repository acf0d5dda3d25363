import FoundationEssentials
import OrchplanTestSupport
import ResourceModel
import SwarmDriver
import Testing

/// Services in every kind of trouble, as a real engine told of them 40 s after they were made.
@Suite("services as they are")
struct ObservedTests {
    @Test("instances, and what is wrong with them, are read off an engine's answers")
    func observed() throws {
        let nodes = ClusterNodes(.array(try Self.lines("nodes")))
        let tasks = try Self.lines("tasks")
        let now = Timestamp(milliseconds: 1_795_269_060_000)
        var text = ""
        for json in try Self.lines("services") {
            let service = try #require(EngineReading.service(json, tasks: tasks, nodes: nodes, host: "h", now: now))
            text += "\(service.address) \(service.desiredReplicas) desired\n"
            for instance in service.instances {
                let exit = instance.exitStatus.map { ", \($0.text)" } ?? ""
                let message = instance.message.map { ": \($0)" } ?? ""
                text += "    \(instance.slot) on \(instance.node): \(instance.phase)"
                text += "\(instance.isHealthy ? ", healthy" : ""), \(instance.restarts) restarts\(exit)\(message)\n"
            }
            for endpoint in service.endpoints { text += "    at \(endpoint.address):\(endpoint.port)\n" }
            if let trouble = service.trouble { text += "    trouble: \(trouble)\n" }
            if let job = EngineReading.jobProgress(json, tasks: tasks) {
                text += "    \(job.done) of \(job.total) done\n"
            }
            #expect(Set(service.instances.map(\.id)).count == service.instances.count)
            let facts = EngineReading.facts(json, tasks: tasks, nodes: nodes)
            #expect(Set(facts.map(\.id)) == Set(service.instances.map(\.id)))
            #expect(facts.allSatisfy { $0.since ?? 0 > 1_700_000_000_000 })
        }
        let mismatch = GoldenFile("observed.txt").mismatch(text)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    private static func lines(_ file: String) throws -> [CanonicalValue] {
        let path = GoldenFile("\(file).jsonl").path
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        return try text.split(separator: "\n").map { try CanonicalReader.parse($0.utf8) }
    }
}
