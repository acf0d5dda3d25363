import Foundation
import SourceDiagnostics
import Testing

@testable import Manifests

@Suite("Inputs of the fuzzer")
struct FuzzingRegressionTests {
    @Test("seeds, and inputs that once broke something, compile to the end with places inside of the file")
    func inputs() async throws {
        let folder = Golden.root.deletingLastPathComponent().appendingPathComponent("Fuzzing")
        var count = 0
        for name in ["Corpus", "Regressions"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: folder.appendingPathComponent(name),
                includingPropertiesForKeys: nil
            )
            for file in files where file.pathExtension != "md" {
                count += 1
                let result = await compile(String(decoding: try Data(contentsOf: file), as: UTF8.self))
                for label in result.diagnostics.compactMap(\.primary) {
                    let source = try #require(result.sources[label.range.file])
                    #expect(label.range.start <= label.range.end && Int(label.range.end) <= source.count, "\(file)")
                }
                _ = result.text
            }
        }
        #expect(count >= 6)
    }
}
