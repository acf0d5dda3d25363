import SwarmDriver
import Testing

@Suite("versions of the engine's API")
struct VersionTests {
    @Test("are compared as numbers")
    func order() throws {
        let old = try #require(EngineVersion(parsing: "1.9"))
        #expect(old < .oldest)
        #expect(EngineVersion(parsing: "1.44") == .startInterval)
        #expect(["1", "1.x", "", "1.2.3", "-1.2"].allSatisfy { EngineVersion(parsing: $0) == nil })
    }
}
