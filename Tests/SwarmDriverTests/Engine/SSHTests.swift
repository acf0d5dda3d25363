import Drivers
import Foundation
import ResourceModel
import Testing

@testable import SwarmDriver

/// ssh is a script here that writes down what it was asked and connects its input and output with the fake engine, as
/// `docker system dial-stdio` does.
@Suite("Engines behind ssh", .timeLimit(.minutes(1)))
struct SSHTests {
    private let folder: TemporaryFolder
    private var socket: String { "\(folder.path)/d.sock" }

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            "relay.py",
            """
            import os, socket, sys, threading
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(sys.argv[1])
            def upward():
                while data := os.read(0, 65536): peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
            threading.Thread(target=upward, daemon=True).start()
            while data := peer.recv(65536): os.write(1, data)
            """
        )
    }

    private func client(ssh script: String, reading: Duration = .seconds(20)) throws -> EngineClient {
        try folder.write("bin/ssh", "#!/bin/bash\necho \"$$ $*\" >>\(folder.path)/asked\n\(script)\n", executable: true)
        let environment = [
            "PATH": "\(folder.path)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
            "HOME": folder.path, "XDG_RUNTIME_DIR": folder.path, "DOCKER_HOST": "ssh://me@far:2222",
        ]
        let engine = try EngineLocator(environment: environment).locate()
        return EngineClient(engine, environment: environment, deadlines: .init(reading: reading))
    }

    private var relay: String { "exec python3 \(folder.path)/relay.py \(socket)" }

    private func asked() throws -> [String] {
        try String(contentsOfFile: "\(folder.path)/asked", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func running() throws -> [pid_t] {
        try asked().compactMap { $0.split(separator: " ").first.flatMap { pid_t($0) } }.filter { kill($0, 0) == 0 }
    }

    private func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("orchplan-ssh") }
    }

    @Test("calls and streams go through; every connection has one ssh, which ends with it")
    func connections() async throws {
        let large = "\"" + String(repeating: "x", count: 3_000_000) + "\""
        let event = Array("{\"n\":1}".utf8)
        let engine = try await FakeEngine.start(socket: socket) { request in
            switch request.uri {
            case "/v1.47/large": .json(200, large)
            case "/v1.47/events": .stream(contentType: "application/json", [event], .open)
            default: request.method == .POST ? .json(200, "\(request.body.utf8.count)") : nil
            }
        }
        let client = try client(ssh: relay)
        #expect(try await client.get("/large").string?.utf8.count == 3_000_000)
        #expect(try await client.post("/echo", body: .string(large)) == .integer(3_000_006))
        let line = try #require(try asked().first)
        let words = "-T -o ConnectTimeout=30 -o ServerAliveInterval=15 -l me -p 2222 -- far docker system dial-stdio"
        #expect(line.hasSuffix(words))
        #expect(try asked().count == 1)
        // Nobody else can use the connection.
        let directory = try #require(try leftovers().first)
        for (name, mode) in [(directory, 0o700), ("\(directory)/engine.sock", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
        let listener = Task {
            for try await record in client.records("/events") { return record["n"]?.integer }
            return nil
        }
        #expect(try await listener.value == 1)
        #expect(try asked().count == 2)
        // The listener's ssh ends with its stream, the other one with the client.
        #expect(try await eventually { try running().count == 1 })
        await client.close()
        #expect(try running().isEmpty)
        #expect(try leftovers().isEmpty)
        await engine.stop()
    }

    @Test("what ssh has to say is in the error")
    func failures() async throws {
        let client = try client(ssh: "echo 'me@far: Permission denied (publickey).' >&2; exit 255")
        for _ in 0..<2 {
            let error = await #expect(throws: EngineError.self) { try await client.get("/info") }
            #expect(error?.driverError.code == .unreachable)
            #expect(error?.description.contains("ended with 255: me@far: Permission denied (publickey).") == true)
        }
        await client.close()
        #expect(try leftovers().isEmpty)
    }

    @Test("an ssh that neither answers nor ends is ended")
    func wedged() async throws {
        let client = try client(ssh: "trap '' TERM; while :; do sleep 0.1; done", reading: .seconds(2))
        let error = await #expect(throws: EngineError.self) { try await client.get("/info") }
        #expect(error?.driverError.code == .unreachable)
        #expect(try running().count == 1)
        await client.close()
        #expect(try running().isEmpty)
    }

    @Test("without ssh nothing is tried")
    func noSSH() async throws {
        let environment = ["PATH": folder.path, "DOCKER_HOST": "ssh://far"]
        let client = EngineClient(try EngineLocator(environment: environment).locate(), environment: environment)
        let error = await #expect(throws: EngineError.self) { try await client.get("/info") }
        #expect(error?.driverError.help == "install openssh-client")
    }
}
