import LocalAgent
import ResourceModel

/// A line with a method and a target, and a body behind it: as a request, as its answer, and as a record on the disk.
enum AgentLaws {
    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        let end = input.firstIndex(of: 0x0A) ?? input.count
        try request(input[..<end], body: Array(input[min(input.count, end + 1)...]))
        guard let value = try? CanonicalReader.parse(input[min(input.count, end + 1)...]) else { return }
        try answers(value)
        try records(value)
        try settles(value)
    }

    private static func request(_ line: ArraySlice<UInt8>, body: [UInt8]) throws(BrokenLaw) {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
        if let method = words.first, let target = words.dropFirst().first {
            let request = AgentRequest(method: String(method), target: String(target), body: body)
            if let request {
                try expect(request.path.hasPrefix("/"), "a path that begins nowhere: \(request.path)")
                if let ports = try? request.ports() {
                    try expect(ports.allSatisfy { (1...65535).contains($0.port) }, "a port that is none")
                }
            }
        }
        if let said = try? AgentCodec.announcement(body) {
            let again = try? AgentCodec.announcement(AgentCodec.encode(said))
            try expect(again == said, "an announcement is read back as another")
        }
        guard let operation = try? AgentCodec.operation(body) else { return }
        let bytes = AgentCodec.encode(operation)
        guard let again = try? AgentCodec.operation(bytes) else {
            throw BrokenLaw("an operation cannot be read back: \(operation.id)")
        }
        try expect(AgentCodec.encode(again) == bytes, "an operation is read back as another: \(operation.id)")
    }

    /// What a client reads: nothing that an agent says makes it fail.
    private static func answers(_ value: CanonicalValue) throws(BrokenLaw) {
        try survives(value, WireInventory.self) { _ = $0.inventory }
        try survives(value, WireServiceState.self) { _ = $0.service?.service }
        try survives(value, WireMeasurements.self)
        try survives(value, WireError.self) { _ = $0.error.description }
        try survives(value, AgentEvent.self)
        try survives(value, AgentOutcome.self)
        try survives(value, InstanceFacts.self)
    }

    /// What the agent itself reads again after its own death.
    private static func records(_ value: CanonicalValue) throws(BrokenLaw) {
        try survives(value, InstanceRecord.self) { _ = $0.exitStatus }
        try survives(value, ServiceRecord.self)
        try survives(value, ObjectRecord.self) { _ = $0.decodedSpec }
        try survives(value, RunEpoch.self)
        try survives(value, EpochMemory.self)
    }

    /// One spelling for every value: `1.0` becomes `1`, and from then on nothing changes.
    private static func settles(_ value: CanonicalValue) throws(BrokenLaw) {
        var once = CanonicalWriter()
        value.encode(to: &once)
        guard let again = try? CanonicalReader.parse(once.bytes) else { throw BrokenLaw("what is written is no JSON") }
        var twice = CanonicalWriter()
        again.encode(to: &twice)
        try expect(twice.bytes == once.bytes, "a value has two spellings")
    }

    /// What can be read is the same after it was written and read again.
    private static func survives<Record: CanonicalCodable>(
        _ value: CanonicalValue,
        _ type: Record.Type,
        _ use: (Record) -> Void = { _ in }
    ) throws(BrokenLaw) {
        guard let record = try? Record(canonical: value) else { return }
        use(record)
        var writer = CanonicalWriter()
        record.encode(to: &writer)
        let again = try? Record(canonical: CanonicalReader.parse(writer.bytes))
        try expect(again == record, "\(type) is read back as another one")
    }
}
