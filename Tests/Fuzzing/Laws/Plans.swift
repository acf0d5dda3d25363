import Plans
import ResourceModel

/// Bytes as a saved plan: as they are, and as what somebody sealed who has the key.
enum PlanLaws {
    private static let fingerprinter = Fingerprinter(key: ProjectKey(bytes: Array(0..<32)))
    private static let lineage = "lineage-of-the-state"

    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        _ = try? read(input)
        let body = Array(String(decoding: input, as: UTF8.self).utf8)
        guard let plan = try? read(sealed(body)) else { return }
        let file = PlanCodec.encode(plan, fingerprinter: fingerprinter)
        let again = try? read(file)
        try expect(again == plan, "a plan is read back as another one")
        try expect(
            again.map { PlanCodec.encode($0, fingerprinter: fingerprinter) } == file,
            "a plan that was read back is written otherwise"
        )
        let shown = PlanJSON.encode(plan)
        try expect((try? CanonicalReader.parse(shown)) != nil, "the public form of a plan is no JSON")
        try damage(file, by: input)
    }

    /// A byte changed or the end cut off: nobody takes that for a plan.
    private static func damage(_ file: [UInt8], by input: [UInt8]) throws(BrokenLaw) {
        let place = input.reduce(into: UInt64(0xCBF2_9CE4_8422_2325)) { $0 = ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
        let index = Int(place % UInt64(file.count))
        var edited = file
        edited[index] ^= UInt8(1 << (place >> 61))
        try expect((try? read(edited)) == nil, "byte \(index) of a plan was changed and it is still read")
        let length = Int(place >> 8) % max(1, file.count - 1)
        try expect((try? read(Array(file.prefix(length)))) == nil, "a plan cut off at \(length) is still read")
    }

    private static func read(_ bytes: [UInt8]) throws(PlanFileError) -> Plan {
        try PlanCodec.decode(bytes, lineage: lineage, fingerprinter: fingerprinter)
    }

    /// Bytes under a header that fits them.
    private static func sealed(_ body: [UInt8]) -> [UInt8] {
        let version = Plan.formatVersion
        let digest = fingerprinter.digest(Array("\(version)\n".utf8) + body).text
        let header =
            #"{"orchplanPlan":"\#(version)","lineage":"\#(lineage)","length":\#(body.count),"digest":"\#(digest)","plan":"#
        return Array(header.utf8) + body + Array("}\n".utf8)
    }
}
