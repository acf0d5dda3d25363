import Drivers
import Foundation
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("A real engine", PrivateEngine.isWanted, .timeLimit(.minutes(3)))
struct RealEngineTests {
    private func object(_ members: KeyValuePairs<String, CanonicalValue>) -> CanonicalValue {
        .object(members.map { CanonicalMember(key: $0.key, value: $0.value) })
    }

    private func spec(_ name: String, replicas: Int64 = 1, tty: Bool = false) -> CanonicalValue {
        object([
            "Name": .string(name),
            "TaskTemplate": object([
                "ContainerSpec": object(["Image": .string("orchplan/test:1"), "TTY": .bool(tty)]),
                "RestartPolicy": object(["Condition": .string("none")]),
            ]),
            "Mode": object(["Replicated": object(["Replicas": .integer(replicas)])]),
        ])
    }

    private func error(_ work: () async throws -> some Sendable) async -> DriverError? {
        do {
            _ = try await work()
            return nil
        } catch {
            return (error as? EngineError)?.driverError
        }
    }

    @Test("services are made, found, changed and removed; its refusals are understood")
    func services() async throws {
        let client = try await PrivateEngine.started().client
        #expect(try await client.version() >= EngineVersion.oldest)
        let created = try await client.post("/services/create", body: spec("calls", replicas: 0))
        let id = try #require(created["ID"]?.string)
        #expect(await error { try await client.post("/services/create", body: spec("calls")) }?.code == .occupied)
        let found = try await client.get("/services", [.init("filters", #"{"name":["calls"]}"#)])
        #expect(found.array?.first?["ID"] == .string(id))
        let version = try #require(try await client.get("/services/\(id)")["Version"]?["Index"]?.integer)
        let update: (Int64) async throws -> CanonicalValue = { index in
            let query = [EngineQueryItem("version", "\(index)")]
            return try await client.post("/services/\(id)/update", query, body: spec("calls", replicas: 0))
        }
        _ = try await update(version)
        #expect(await error { try await update(version) }?.code == .conflict)
        try await client.delete("/services/\(id)")
        #expect(await error { try await client.get("/services/\(id)") }?.code == .notFound)
        #expect(await error { try await client.delete("/networks/\("no such/net")") }?.code == .notFound)
        #expect(await error { try await client.get("/no/such/call") }?.code == .environment)
        #expect(await error { try await client.post("/services/create", body: .object([])) }?.code == .invalid)
        await client.close()
    }

    @Test("a secret's bytes and a use of it")
    func secrets() async throws {
        let client = try await PrivateEngine.started().client
        let body = object(["Name": .string("s1"), "Data": .string("c2VjcmV0d29yZA==")])
        let id = try #require(try await client.post("/secrets/create", body: body)["ID"]?.string)
        let twice = await error { try await client.post("/secrets/create", body: body) }
        #expect(twice?.code == .occupied && "\(String(describing: twice))".contains("c2VjcmV0") == false)
        try await client.delete("/secrets/\(id)")
        await client.close()
    }

    @Test("events tell of what happens, and logs of what was printed")
    func streams() async throws {
        let client = try await PrivateEngine.started().client
        let events = client.records("/events", [.init("filters", #"{"type":["service"]}"#), .init("since", "1")])
        let listener = Task { () throws -> [String] in
            var actions: [String] = []
            for try await event in events where event["Actor"]?["Attributes"]?["name"] == .string("streams") {
                actions.append(event["Action"]?.string ?? "")
                if actions.last == "remove" { break }
            }
            return actions
        }
        for (name, tty) in [("streams", false), ("terminal", true)] {
            let id = try #require(try await client.post("/services/create", body: spec(name, tty: tty))["ID"]?.string)
            let query = [("stdout", "1"), ("stderr", "1"), ("follow", "1")].map { EngineQueryItem($0, $1) }
            var said: [EngineFrame.Stream: String] = [:]
            let wanted = ["serving version 1", "a word on the error stream"]
            for try await frame in client.frames("/services/\(id)/logs", query, raw: tty) {
                said[frame.stream, default: ""] += String(decoding: frame.bytes, as: UTF8.self)
                if wanted.allSatisfy({ said.values.joined().contains($0) }) { break }
            }
            let isApart =
                said[.standardOutput]?.contains(wanted[0]) == true
                && said[tty ? .standardOutput : .standardError]?.contains(wanted[1]) == true
            #expect(isApart, "\(said)")
            try await client.delete("/services/\(id)")
        }
        #expect(try await listener.value.suffix(2).contains("remove"))
        await client.close()
    }

    @Test("the digest of an image is asked for by its whole name; what cannot be reached is told")
    func distribution() async throws {
        let client = try await PrivateEngine.started().client
        let image = try #require(ImageReference(parsing: "127.0.0.1:1/a/b:1"))
        let authentication = RegistryAuthentication(.password(user: "u", password: "secretword"), server: "r")
        let failure = await error {
            try await client.registryImage(image, authentication: authentication)
        }
        // Nobody listens there: the engine, not this client, has tried.
        #expect(failure?.message.contains("127.0.0.1:1") == true, "\(String(describing: failure))")
        #expect(failure?.message.contains("secretword") == false)
        await client.close()
    }

    @Test("docker's own dial-stdio carries the API")
    func dialStdio() async throws {
        let engine = try await PrivateEngine.started()
        let folder = try TemporaryFolder()
        // What sshd does with the command: hand it to a shell.
        try folder.write("ssh", "#!/bin/bash\nexec sh -c \"${@: -1}\"\n", executable: true)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let environment = [
            "PATH": "\(folder.path):\(path)", "DOCKER_HOST": "ssh://far\(engine.socket)", "HOME": folder.path,
        ]
        let client = EngineClient(try EngineLocator(environment: environment).locate(), environment: environment)
        #expect(try await client.get("/info")["Swarm"]?["LocalNodeState"] == .string("active"))
        let events = client.records("/events", [.init("since", "1"), .init("until", "2")])
        for try await _ in events {}
        await client.close()
    }

    @Test("a worker, or an engine outside any swarm, says so")
    func noSwarm() async throws {
        let directory = "/tmp/oe-n\(getpid())"
        let start = [PrivateEngine.script, "start", directory, "--owner", "\(getpid())", "--no-swarm"]
        let started = try await TemporaryFolder.runSlowly(start)
        #expect(started.status == 0)
        let engine = LocatedEngine(endpoint: .unix(path: "\(directory)/d.sock"), origin: "a test")
        let client = EngineClient(engine, environment: [:])
        let failure = await error { try await client.get("/services") }
        #expect(failure?.code == .environment && failure?.help?.contains("docker swarm init") == true)
        // The power fails while a stream is open.
        let stream = Task { for try await _ in client.records("/events") {} }
        #expect(try await client.get("/info")["ID"] != nil)
        _ = try await TemporaryFolder.runSlowly([PrivateEngine.script, "stop", directory])
        let ended = await stream.result
        #expect(throws: EngineError.self) { try ended.get() }
        #expect(await error { try await client.get("/services") }?.code == .unreachable)
        await client.close()
    }
}
