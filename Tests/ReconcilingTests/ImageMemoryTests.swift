import ResourceModel
import Testing

@testable import Reconciling

@Suite("A loop remembers what images stand for only while a change is pending")
struct ImageMemoryTests {
    private let silence = RegistrySilence(.unreachable, registry: "registry.example", reason: "connection refused")

    @Test("a pending change stays the same change; what was applied is asked about anew")
    func pending() {
        let memory = ImageMemory()
        #expect(memory.unknown(["a:1", "b:1"]) == ["a:1", "b:1"])
        #expect(memory.learn(["a:1": .digest("sha256:1"), "b:1": .silence(silence)]) == [silence])
        // Only who did not tell is asked again, and complained of once.
        #expect(memory.unknown(["a:1", "b:1"]) == ["b:1"])
        #expect(memory.learn(["b:1": .silence(silence)]) == [])
        #expect(memory.answers == ["a:1": .digest("sha256:1"), "b:1": .silence(silence)])
        #expect(memory.unknown(["b:1"]) == ["b:1"])
        #expect(memory.learn(["b:1": .digest("sha256:2")]) == [])
        #expect(memory.unknown([]) == [] && memory.answers.isEmpty)
        #expect(memory.unknown(["a:1"]) == ["a:1"])
        #expect(memory.learn(["a:1": .silence(silence)]) == [silence], "another time, another complaint")
    }
}
