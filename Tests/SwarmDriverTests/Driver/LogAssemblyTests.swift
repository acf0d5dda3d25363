import Drivers
import Testing

@testable import SwarmDriver

@Suite("Lines of the engine's frames")
struct LogAssemblyTests {
    private func frame(_ text: String, _ stream: EngineFrame.Stream = .standardOutput) -> EngineFrame {
        EngineFrame(stream: stream, bytes: Array(text.utf8))
    }

    @Test("every message has its time, long lines have several messages, and the two streams do not mix")
    func lines() {
        let first = "2026-11-21T06:42:00.000000001Z"
        let second = "2026-11-21T06:42:00.000000002Z"
        var assembly = LogAssembly()
        #expect(assembly.add(frame("\(first) one\r\n")) == [InstanceLine(time: first, text: "one")])
        #expect(assembly.add(frame("\(first) begin ")) == [])
        #expect(
            assembly.add(frame("\(second) bad\n", .standardError)) == [
                InstanceLine(time: second, isError: true, text: "bad")
            ]
        )
        #expect(assembly.add(frame("\(second) end\n")) == [InstanceLine(time: first, text: "begin end")])
        // A terminal's bytes are cut anywhere between lines.
        #expect(assembly.add(frame("\(first) a\n\(second) \n\(second) c")).map(\.text) == ["a", ""])
        #expect(assembly.end() == [InstanceLine(time: second, text: "c")])
        #expect(assembly.end() == [])
    }
}
