import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

@Suite("Instances that lead their mounts elsewhere", .serialized)
struct ConfinementTests {
    private static let canary = "canary-3b8e61"

    @Test("see nothing of the project's state, as fast as they may be, and others start again when they stop")
    func races() async throws {
        try await LocalProject.with { project in
            try await project.create(.secret, "key", .secret(SecretSpec()), content: Self.canary)
            try FileManager.default.createDirectory(
                atPath: "\(project.directory)/open/sub",
                withIntermediateDirectories: true
            )
            let script = """
                cd /open; ln -s ../.orchplan/local/secrets link; echo ready
                while [ ! -e enough ]; do mv sub dir; mv link sub; mv sub link; mv dir sub; done
                echo rested; exec sleep 100
                """
            try await project.define(
                "racer",
                shell(script) { $0.mounts = [MountSpec(type: .bind, source: "open", target: "/open")] }
            )
            let racer = try await project.start("racer")
            await eventually { await project.driver.recentLogs(instance: racer, lines: 1) == ["ready"] }
            try await project.define(
                "victim",
                shell("cat /x/*; ls -R /x; exec sleep 100") {
                    $0.mounts = [MountSpec(type: .bind, source: "open/sub", target: "/x")]
                    $0.replicas = 30
                }
            )
            var refusals: Set<String> = []
            for slot in 1...30 {
                do {
                    _ = try await project.start("victim", slot: slot)
                } catch let error as DriverError {
                    refusals.insert(error.message)
                }
            }
            try Data().write(to: URL(fileURLWithPath: "\(project.directory)/open/enough"))
            await eventually { await project.driver.recentLogs(instance: racer, lines: 1) == ["rested"] }
            for slot in 1...30 {
                let id = "victim.\(slot).a"
                guard try await project.instance("victim", id) != nil else { continue }
                try await project.wait("victim", id, seconds: 60) { $0.isHealthy }
                let seen = await project.driver.recentLogs(instance: id, lines: 100)
                #expect(!seen.contains { $0.contains(Self.canary) || $0.contains("content") }, "\(seen)")
            }
            for message in refusals {
                #expect(message.contains("symbolic link") || message.contains("does not exist"), "\(message)")
            }
        }
    }

    @Test("cannot change the machine's settings, as root neither", .enabled(if: getuid() == 0, "needs root"))
    func settings() async throws {
        try await LocalProject.with { project in
            // Whoever may write this names a program that the machine runs; what is written is what was there.
            let script = """
                p=/proc/sys/kernel/core_pattern; now=$(cat $p); test -n "$now" && echo read
                (echo "$now" > $p) 2>/dev/null && echo written || echo refused; exec sleep 100
                """
            try await project.define("rooted", shell(script))
            let id = try await project.start("rooted")
            await eventually { await project.driver.recentLogs(instance: id, lines: 10).count == 2 }
            #expect(await project.driver.recentLogs(instance: id, lines: 10) == ["read", "refused"])
        }
    }

    @Test("have no file or folder made elsewhere by a target below them")
    func targets() async throws {
        try await LocalProject.with { project in
            let folder = "\(project.directory)/open"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let kept = "\(project.directory)/kept"
            try "kept".write(toFile: kept, atomically: false, encoding: .utf8)
            // The sandbox program has the machine's files there while it makes a sandbox.
            symlink("/oldroot\(kept)", "\(folder)/conf")
            symlink("/oldroot\(project.directory)", "\(folder)/out")
            var config = ConfigSpec()
            config.content = ConfigContent(bytes: Array("written".utf8))
            try await project.create(.config, "settings", .config(config))
            for (name, target) in [("file", "/open/conf"), ("folder", "/open/out/made/conf")] {
                try await project.define(
                    name,
                    shell("exec sleep 100") {
                        $0.mounts = [MountSpec(type: .bind, source: "open", target: "/open")]
                        $0.configs = [FileReference(source: "settings", target: target)]
                    }
                )
                let id = try await project.start(name)
                try await project.wait(name, id) { $0.restarts > 0 || $0.isHealthy }
            }
            #expect(try String(contentsOfFile: kept, encoding: .utf8) == "kept")
            #expect(!FileManager.default.fileExists(atPath: "\(project.directory)/made"))
        }
    }

    @Test("cannot move the project to where another mount would show its state")
    func moves() async throws {
        try await LocalProject.with { project in
            let name = String(project.directory.dropFirst("/tmp/".count))
            let script = """
                cd /up && mv \(name) \(name)-moved 2>&1 || echo held
                ls -A \(name)/.orchplan; touch \(name)/written && echo done
                exec sleep 100
                """
            try await project.define(
                "web",
                shell(script) { $0.mounts = [MountSpec(type: .bind, source: "..", target: "/up")] }
            )
            let id = try await project.start("web")
            await eventually { await project.driver.recentLogs(instance: id, lines: 1) == ["done"] }
            let seen = await project.driver.recentLogs(instance: id, lines: 9)
            #expect(seen.suffix(2) == ["held", "done"], "\(seen)")
            #expect(FileManager.default.fileExists(atPath: "\(project.directory)/written"))
        }
    }
}
