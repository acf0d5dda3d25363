import Foundation
import ResourceModel
import Testing

@testable import LocalAgent

@Suite("Logs of instances")
struct LogTests {
    private func directory(_ body: (String) throws -> Void) throws {
        let path = "/tmp/orchplan-log-\(UUID().uuidString.prefix(8))"
        try FileTree.makeDirectory(path)
        defer { try? FileTree.remove(path) }
        try body(path)
    }

    @Test("lines come back whole whatever the reads cut, and endless ones in parts of a bounded size")
    func splitting() {
        var random = SystemRandomNumberGenerator()
        let lines = (0..<50).map { String(repeating: "x", count: $0 * $0 * 30 % 40_000) }
        let bytes = Array((lines.joined(separator: "\n") + "\nlast").utf8)
        var splitter = LineSplitter()
        var parts: [(Int, Bool)] = []
        var texts: [String] = [""]
        func take(_ text: UnsafeRawBufferPointer, _ isFinal: Bool) {
            parts.append((text.count, isFinal))
            texts[texts.count - 1] += String(decoding: text, as: UTF8.self)
            if isFinal { texts.append("") }
        }
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...70_000, using: &random))
            bytes[start..<end].withUnsafeBytes { splitter.feed($0, take) }
            start = end
        }
        splitter.finish(take)
        #expect(texts.dropLast() == lines[...] + ["last"])
        #expect(parts.allSatisfy { $0.0 <= LineSplitter.longest })
        #expect(parts.contains { !$0.1 })
    }

    @Test("a log is rotated by size, keeps so many files, and its last lines are read across them")
    func rotation() throws {
        try directory { path in
            var writer = LogWriter(directory: path, maxSize: 5000, maxFiles: 3)
            for number in 0..<400 {
                Array("line \(number)".utf8).withUnsafeBytes { writer.append($0, stream: "stdout", isFinal: true) }
                writer.flush()
            }
            #expect(FileTree.names(in: path) == ["current.log", "current.log.1", "current.log.2"])
            for name in FileTree.names(in: path) {
                let size = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.size] as? Int
                #expect(size ?? .max <= 5000)
            }
            let last = LogReader(path).last(lines: 150)
            #expect(last.map(\.text) == (250..<400).map { "line \($0)" })
            #expect(last.last?.stream == "stdout" && last.last?.time.hasSuffix("Z") == true)
        }
    }

    @Test("lines since a time are found across rotated files, and lines in parts come back whole over a rotation")
    func since() throws {
        try directory { path in
            var writer = LogWriter(directory: path, maxSize: 4096, maxFiles: 4)
            func write(_ text: String, isFinal: Bool = true) {
                Array(text.utf8).withUnsafeBytes { writer.append($0, stream: "stdout", isFinal: isFinal) }
                writer.flush()
            }
            for number in 0..<150 { write("line \(number)") }
            write(String(repeating: "a", count: 3000), isFinal: false)
            write(String(repeating: "b", count: 3000))
            #expect(FileTree.names(in: path).count == 4)
            let all = LogReader(path).last(lines: 1000)
            #expect(all.last?.text.utf8.count == 6000)
            for index in [0, 1, 60, all.count - 1] {
                let found = LogReader(path).last(lines: 1000, since: all[index].time)
                #expect(found.map(\.text) == all[index...].map(\.text), "\(index)")
            }
            #expect(LogReader(path).last(lines: 2, since: all[0].time).map(\.time) == all.suffix(2).map(\.time))
            #expect(LogReader(path).last(lines: 10, since: "9999").isEmpty)
        }
    }

    @Test("a follower that falls behind by several rotations reads every file that is still there")
    func fallingBehind() throws {
        try directory { path in
            var writer = LogWriter(directory: path, maxSize: 4096, maxFiles: 10)
            func write(_ text: String) {
                Array(text.utf8).withUnsafeBytes { writer.append($0, stream: "stdout", isFinal: true) }
                writer.flush()
            }
            var position = LogPosition(path: "\(path)/current.log")
            write("first")
            #expect(position.moveToEnd(lines: 0, since: nil).isEmpty)
            for number in 0..<300 { write("line \(number)") }
            #expect(FileTree.names(in: path).count > 3)
            #expect(position.newLines().map(\.text) == (0..<300).map { "line \($0)" })
            write("last")
            #expect(position.newLines().map(\.text) == ["last"])
        }
    }

    @Test("from the time of a line on, however many and over rotations, though the clock was set back meanwhile")
    func setBack() throws {
        try directory { path in
            func record(_ time: Int, _ text: String) -> String {
                "2026-01-01T00:00:0\(time).000000000Z stdout F \(text)\n"
            }
            func texts(_ time: Int) -> [String] {
                LogReader(path).last(lines: .max, since: "2026-01-01T00:00:0\(time).000000000Z").map(\.text)
            }
            let old = record(1, "a") + record(5, "b") + record(5, "c")
            try old.write(toFile: "\(path)/current.log.1", atomically: true, encoding: .utf8)
            let new = record(5, "d") + record(2, "set back") + record(6, "e") + "2026-01-01T00:00:07.000000000Z std"
            try new.write(toFile: "\(path)/current.log", atomically: true, encoding: .utf8)
            #expect(texts(1) == ["a", "b", "c", "d", "set back", "e"])
            #expect(texts(2) == ["set back", "e"])
            // That line is not kept any more: what is later by the clock.
            #expect(texts(4) == ["b", "c", "d", "e"])
            #expect(texts(6) == ["e"] && texts(8).isEmpty)
        }
    }

    @Test("a follower sees every line once, over rotations too")
    func following() async throws {
        let path = "/tmp/orchplan-log-\(UUID().uuidString.prefix(8))"
        try FileTree.makeDirectory(path)
        var writer = LogWriter(directory: path, maxSize: 4096, maxFiles: 2)
        func write(_ text: String) {
            Array(text.utf8).withUnsafeBytes { writer.append($0, stream: "stderr", isFinal: true) }
            writer.flush()
        }
        write("old")
        var news = LogReader(path).follow(lines: 1).makeAsyncIterator()
        #expect(await news.next()?.map(\.text) == ["old"])
        for round in 0..<4 {
            for number in 0..<40 { write("\(round)-\(number)") }
            var texts: [String] = []
            while texts.count < 40, let some = await news.next() { texts += some.map(\.text) }
            #expect(texts == (0..<40).map { "\(round)-\($0)" })
        }
        try FileTree.remove(path)
        #expect(await news.next() == nil)
    }
}
