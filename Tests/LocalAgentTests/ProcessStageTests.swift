import Foundation
import LocalAgent
import Testing

@Suite("A program that makes a sandbox")
struct ProcessStageTests {
    @Test("sees the sources and never the state, however fast the links are that lead there")
    func races() throws {
        let base = "/tmp/orchplan-stage-\(UUID().uuidString.prefix(8).lowercased())"
        let stop = "\(base)/stop"
        let stopped = DispatchSemaphore(value: 0)
        defer { try? FileManager.default.removeItem(atPath: base) }
        let files = [
            ".orchplan/local/secrets/key": "canary", ".orchplan/local/data/v/part/key": "volume",
            "shared/sub/key": "fine",
        ]
        for (path, text) in files {
            let folder = "\(base)/\(path)".dropLast(4)
            try FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)
            try text.write(toFile: "\(base)/\(path)", atomically: false, encoding: .utf8)
        }
        for (place, name, target) in [
            ("shared", "sub", "../.orchplan/local/secrets"), (".orchplan/local/data/v", "part", "../../secrets"),
        ] {
            symlink(target, "\(base)/\(place)/\(name).link")
        }
        // A thread of its own: the test holds up the tasks' ones.
        Thread.detachNewThread {
            while access(stop, F_OK) != 0 {
                for place in ["\(base)/shared/sub", "\(base)/.orchplan/local/data/v/part"] {
                    rename(place, "\(place).folder")
                    rename("\(place).link", place)
                    rename(place, "\(place).link")
                    rename("\(place).folder", place)
                }
            }
            stopped.signal()
        }
        defer {
            close(open(stop, O_CREAT | O_WRONLY, 0o600))
            stopped.wait()
        }
        var outputs: [String] = []
        var refusals = 0
        for _ in 0..<300 {
            do throws(SystemError) {
                outputs.append(try look(base))
            } catch {
                refusals += 1
                #expect(error.doing.contains("mount"), "\(error)")
            }
        }
        #expect(!outputs.contains { $0.contains("canary") })
        #expect(
            outputs.contains { $0.contains("fine") } && refusals > 0,
            "\(outputs.count) starts, \(refusals) refused"
        )
    }

    /// What a program reads of both sources, and by every other way to the state that it might try.
    private func look(_ base: String) throws(SystemError) -> String {
        let hidden = "\(base)/.orchplan"
        let script = """
            cat \(hidden)/0/key \(hidden)/1/key \(hidden)/local/secrets/key \(base)/shared/sub*/key
            touch \(base)/shared/new \(hidden)/new 2>/dev/null && echo canary
            """
        var spawn = ProcessSpawn(path: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"])
        let output = try Descriptor.pipe()
        spawn.descriptors = [-1, output.writer.number, -1]
        spawn.stage = ProcessStage(
            hidden: hidden,
            sources: [
                StagedSource("\(base)/shared/sub"),
                StagedSource("\(hidden)/local/data/v", beneath: "part", isOwn: true, isWritable: true),
            ]
        )
        let process = ProcessHandle.openChild(try spawn.start())
        defer { withExtendedLifetime(process) {} }
        var text: [UInt8] = []
        while process?.hasEnded == false { usleep(500) }
        _ = process?.reap()
        var chunk = [UInt8](repeating: 0, count: 4096)
        _ = fcntl(output.reader.number, F_SETFL, O_NONBLOCK)
        let count = read(output.reader.number, &chunk, chunk.count)
        text += chunk.prefix(max(0, count))
        return String(decoding: text, as: UTF8.self)
    }
}
