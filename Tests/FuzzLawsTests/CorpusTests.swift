import Dispatch
import Foundation
import FuzzLaws
import Testing

@Suite("Inputs of the fuzzer")
struct CorpusTests {
    @Test("seeds, and inputs that once broke a law, break none", arguments: FuzzTarget.allCases)
    func inputs(_ target: FuzzTarget) async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fuzzing")
        var count = 0
        for name in ["Corpus", "Regressions"] {
            let place = folder.appendingPathComponent(name).appendingPathComponent(target.rawValue)
            let files = (try? FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)) ?? []
            for file in files {
                count += 1
                let input = Array(try Data(contentsOf: file))
                // What is cut off is hostile, too, and needs no file of its own.
                for length in Set([input.count, input.count / 2, input.count * 9 / 10]) {
                    let broken = await broken(target, Array(input.prefix(length)))
                    #expect(broken == nil, "\(name)/\(file.lastPathComponent), \(length) bytes")
                }
            }
        }
        #expect(count >= 3)
    }

    /// Which law an input breaks; on a thread of its own, since laws wait for tasks by blocking.
    private func broken(_ target: FuzzTarget, _ input: [UInt8]) async -> String? {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "orchplan.fuzz.laws")
                .async {
                    do throws(BrokenLaw) {
                        try target.check(input)
                        continuation.resume(returning: nil)
                    } catch {
                        continuation.resume(returning: error.description)
                    }
                }
        }
    }
}
