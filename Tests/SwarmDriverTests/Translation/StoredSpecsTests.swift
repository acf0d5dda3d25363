import FoundationEssentials
import OrchplanTestSupport
import ResourceModel
import SwarmDriver
import Testing

/// What a real engine made of the specs of `VariedServices`: `sent.jsonl` is what goes out, `stored.jsonl` what an
/// engine (API 1.41) answered afterwards, `defaults.jsonl` what it answered with its defaults filled in.
///
/// `Golden/store-specs.sh` asks an engine again.
@Suite("specs as an engine keeps them")
struct StoredSpecsTests {
    @Test("services become the engine's specs")
    func sent() throws {
        var text = ""
        for service in VariedServices.all {
            text += CanonicalText(try VariedServices.forward(service.name, service.spec)).text + "\n"
        }
        let mismatch = GoldenFile("sent.jsonl").mismatch(text)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test("what an engine stores, with or without its defaults, is no drift", arguments: ["stored", "defaults"])
    func stored(_ file: String) throws {
        let lines = try Self.lines(file)
        #expect(lines.count == VariedServices.all.count)
        for (service, live) in zip(VariedServices.all, lines) {
            let sent = try VariedServices.forward(service.name, service.spec)
            let drift = SpecDrift.fields(sent: sent, live: live, names: VariedServices.names)
            #expect(drift.isEmpty, "\(service.name): \(drift)")
            #expect(SpecNormalisation.normalised(sent) == SpecNormalisation.normalised(live), "\(service.name)")
        }
    }

    @Test("services that differ are told apart, and only those that mean the same are not")
    func apart() throws {
        let stored = try Self.lines("stored")
        for (left, one) in zip(VariedServices.all, stored) {
            for (right, other) in zip(VariedServices.all, stored) where left.name < right.name {
                let fields = SpecDrift.fields(sent: one, live: other).filter { !$0.field.hasSuffix(".aliases") }
                let areAlike = Self.alike.contains(left.name) && Self.alike.contains(right.name)
                #expect(fields.isEmpty == areAlike, "\(left.name) and \(right.name): \(fields)")
            }
        }
    }

    /// What these say is what holds anyway.
    private static let alike: Set<String> = ["plain", "usualGrace", "emptyResources"]

    private static func lines(_ file: String) throws -> [CanonicalValue] {
        let path = GoldenFile("\(file).jsonl").path
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        return try text.split(separator: "\n").map { try CanonicalReader.parse($0.utf8) }
    }
}
