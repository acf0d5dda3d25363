import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

@Suite("Secrets, volumes and mounts of the local driver", .serialized)
struct StorageTests {
    @Test("a secret is a file and a variable inside, and in no process's arguments")
    func secrets() async throws {
        try await LocalProject.with { project in
            let value = "hunter2-\(UUID().uuidString)"
            try await project.create(.secret, "token", .secret(SecretSpec()), content: value)
            var config = ConfigSpec()
            config.content = ConfigContent(bytes: Array("color=blue".utf8))
            try await project.create(.config, "settings", .config(config))
            let script = """
                stat -c %a /run/secrets/token; test "$(cat /run/secrets/token)" = "$TOKEN" && echo same
                cat /etc/app/settings.ini; echo; exec sleep 7331
                """
            try await project.define(
                "web",
                shell(script) {
                    $0.secrets = [FileReference(source: "token")]
                    $0.configs = [FileReference(source: "settings", target: "/etc/app/settings.ini")]
                    $0.environment = ["TOKEN": .secret(name: "token", object: nil)]
                }
            )
            let id = try await project.start("web")
            await eventually { !processes(with: "7331").isEmpty }
            let logs = await project.driver.recentLogs(instance: id, lines: 10)
            #expect(logs == ["400", "same", "color=blue"])
            for pid in FileTree.names(in: "/proc").compactMap({ Int($0) }) {
                let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
                #expect(!String(decoding: arguments, as: UTF8.self).contains(value))
            }
            let local = AgentDirectory(project: project.directory)
            let holders = try FileManager.default.subpathsOfDirectory(atPath: local.root)
                .filter { path in
                    FileManager.default.contents(atPath: "\(local.root)/\(path)")
                        .map { String(decoding: $0, as: UTF8.self).contains(value) } ?? false
                }
            #expect(holders == ["secrets/token.content"])
            let address = ResourceAddress(.secret, "token")
            let error = try await #require(throws: DriverError.self) {
                try await project.perform(.removeObject(address, name: "token"), on: address)
            }
            #expect(error.code == .inUse)
        }
    }

    @Test("an instance cannot write to the machine, nor see the project's state under whatever name")
    func stateIsHidden() async throws {
        try await LocalProject.with { project in
            let script = """
                ls -A \(project.directory)/.orchplan /app/.orchplan | grep local
                for place in / /usr /etc \(project.directory); do touch $place/x 2>/dev/null || echo sealed; done
                echo looked; exec sleep 100
                """
            try await project.define(
                "web",
                shell(script) { $0.mounts = [MountSpec(type: .bind, source: ".", target: "/app")] }
            )
            let id = try await project.start("web")
            await eventually { await project.driver.recentLogs(instance: id, lines: 1) == ["looked"] }
            let logs = await project.driver.recentLogs(instance: id, lines: 9)
            #expect(logs == ["sealed", "sealed", "sealed", "sealed", "looked"])
        }
    }

    @Test("a volume keeps its content from instance to instance, at a place the machine does not have")
    func volumes() async throws {
        try await LocalProject.with { project in
            try await project.create(.volume, "data", .volume(VolumeSpec()))
            let script = "cat x; echo kept > x && echo written; exec sleep 100"
            let spec = shell("cd /var/lib/nowhere/deep && \(script)") {
                $0.mounts = [
                    MountSpec(type: .volume, source: "data", target: "/var/lib/nowhere/deep"),
                    MountSpec(type: .tmpfs, source: nil, target: "/scratch/area"),
                ]
            }
            try await project.define("db", spec)
            let first = try await project.start("db", slot: 1)
            // What the first one has written is there once it says so, after the error of `cat`.
            await eventually { await project.driver.recentLogs(instance: first, lines: 1) == ["written"] }
            try await project.stop("db", first)
            let second = try await project.start("db", slot: 2)
            await eventually { await project.driver.recentLogs(instance: second, lines: 1) == ["written"] }
            #expect(await project.driver.recentLogs(instance: second, lines: 5) == ["kept", "written"])
            try await project.stop("db", second)
            let address = ResourceAddress(.volume, "data")
            try await project.perform(.removeObject(address, name: "data"), on: address)
            #expect(!FileManager.default.fileExists(atPath: AgentDirectory(project: project.directory).volume("data")))
        }
    }

    @Test("a user is who it is said to be", .enabled(if: geteuid() == 0))
    func users() async throws {
        try await LocalProject.with { project in
            try await project.create(.volume, "own", .volume(VolumeSpec()))
            try await project.create(.secret, "key", .secret(SecretSpec()), content: "k")
            let script = """
                id -un; touch /data/mine && echo mine; cat /run/secrets/key
                echo; grep CapEff /proc/self/status | cut -f2; exec sleep 100
                """
            try await project.define(
                "web",
                shell(script) {
                    $0.user = "nobody"
                    $0.mounts = [MountSpec(type: .volume, source: "own", target: "/data")]
                    $0.secrets = [FileReference(source: "key")]
                }
            )
            let id = try await project.start("web")
            await eventually { await project.driver.recentLogs(instance: id, lines: 9).count >= 4 }
            let logs = await project.driver.recentLogs(instance: id, lines: 9)
            #expect(logs == ["nobody", "mine", "k", "0000000000000000"])
        }
    }

    @Test("a command that is not there is refused in plain words")
    func missingCommand() async throws {
        try await LocalProject.with { project in
            var spec = ServiceSpec()
            spec.command = ["no-such-program"]
            try await project.define("web", spec)
            let error = try await #require(throws: DriverError.self) { _ = try await project.start("web") }
            #expect(error.code == .invalid && error.message.contains("no-such-program"))
            #expect(try await project.driver.observe(service: "web")?.instances.isEmpty == true)
        }
    }
}
