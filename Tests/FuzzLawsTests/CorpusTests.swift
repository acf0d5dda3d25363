import Foundation
import Testing

@testable import FuzzLaws

@Suite("Inputs of the fuzzer")
struct CorpusTests {
    @Test("seeds, and inputs that once broke a law, break none", arguments: FuzzTarget.allCases)
    func inputs(_ target: FuzzTarget) throws {
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
                    #expect(throws: Never.self, "\(name)/\(file.lastPathComponent), \(length) bytes") {
                        try target.check(Array(input.prefix(length)))
                    }
                }
            }
        }
        #expect(count >= 3)
    }
}
