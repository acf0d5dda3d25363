import Drivers
import Foundation
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("Calls of an engine", .timeLimit(.minutes(1)))
struct ClientTests {
    private let folder: TemporaryFolder
    private var socket: String { "\(folder.path)/d.sock" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func client(version: EngineVersion? = nil) -> EngineClient {
        let engine = LocatedEngine(endpoint: .unix(path: socket), origin: "a test", version: version)
        return EngineClient(engine, environment: [:])
    }

    @Test("a call carries version, host, query, body and credentials; its connection is used again")
    func calls() async throws {
        let engine = try await FakeEngine.start(socket: socket, version: "1.44") { request in
            switch (request.method, request.uri.split(separator: "?").first) {
            case (.POST, "/v1.44/services/create"): .json(201, #"{"ID":"i1","Big":18446744073709551615,"F":1.5}"#)
            case (.DELETE, "/v1.44/services/a%2Fb"): .json(200, "")
            case (.GET, "/v1.44/services"): .json(200, "[]\n")
            default: nil
            }
        }
        let client = client()
        let authentication = RegistryAuthentication(.password(user: "u", password: "secretword"), server: "r")
        let answer = try await client.post(
            "/services/create",
            body: .object([CanonicalMember(key: "Name", value: .string("é\n"))]),
            authentication: authentication
        )
        #expect(answer["ID"] == .string("i1") && answer["F"] == .number(1.5))
        try await client.delete("/services/\("a/b")")
        #expect(try await client.get("/services", [.init("filters", #"{"label":["a=b"]}"#)]) == .array([]))
        #expect(try await client.version() == EngineVersion(1, 44))
        let requests = engine.requests
        #expect(
            requests.map(\.uri) == [
                "/_ping", "/v1.44/services/create", "/v1.44/services/a%2Fb",
                "/v1.44/services?filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D",
            ]
        )
        #expect(requests.allSatisfy { $0.headers["Host"] == ["docker"] })
        #expect(requests[1].body == #"{"Name":"é\n"}"# && requests[1].headers["Content-Type"] == ["application/json"])
        #expect(requests[1].headers["X-Registry-Auth"] == [authentication.headerValue])
        #expect(requests[2].headers["X-Registry-Auth"].isEmpty)
        #expect(engine.connections == 1)
        await client.close()
        #expect(try await eventually { engine.openConnections == 0 })
        #expect(await error { try await client.get("/services") } == .closed)
        await engine.stop()
    }

    private func error(_ work: () async throws -> some Sendable) async -> EngineError? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error as? EngineError
        }
    }

    @Test("an engine that is too old, none at all, or nobody: each is told as it is")
    func wrongEngines() async throws {
        let client = client()
        let nobody = try #require(await error { try await client.get("/services") })
        #expect(nobody.driverError.code == .unreachable && nobody.driverError.help?.contains("DOCKER_HOST") == true)
        #expect(nobody.description.contains("no such file or directory") && nobody.description.contains("(a test)"))
        // Also a change that was never sent is known not to be made.
        #expect(await error { try await client.post("/services/create") }?.driverError.code == .unreachable)
        let old = try await FakeEngine.start(socket: socket, version: "1.40")
        #expect(await error { try await client.get("/services") }?.driverError.code == .environment)
        await old.stop()
        let other = try await FakeEngine.start(socket: socket, version: "")
        let strange = await error { try await client.get("/services") }
        #expect(strange?.driverError.message.contains("does not say which API") == true)
        await other.stop()
        // The same client goes on once there is an engine.
        let engine = try await FakeEngine.start(socket: socket) { $0.uri == "/_ping" ? nil : .json(200, "{}") }
        #expect(try await client.get("/info") == .object([]))
        await client.close()
        await engine.stop()
    }

    @Test("a wanted version is spoken")
    func wantedVersion() async throws {
        let engine = try await FakeEngine.start(socket: socket) { $0.uri == "/_ping" ? nil : .json(200, "{}") }
        let client = client(version: EngineVersion(1, 43))
        _ = try await client.get("/info")
        #expect(engine.requests.last?.uri == "/v1.43/info")
        await client.close()
        await engine.stop()
    }

    @Test("the engine's own words are in the error, a proxy's page is cut short")
    func refusals() async throws {
        let engine = try await FakeEngine.start(socket: socket) { request in
            switch request.uri {
            case "/v1.47/a": .json(404, #"{"message":"service a not found"}"#)
            case "/v1.47/b": .json(502, "<html>\n" + String(repeating: "x", count: 5000))
            case "/v1.47/c": .json(200, "not json")
            case "/v1.47/d": .json(307, "")
            case "/v1.47/e": .json(200, #"[{"ID":"a"},{"I"#)
            default: nil
            }
        }
        let client = client()
        let call = EngineCall(method: "GET", path: "/a")
        #expect(
            await error { try await client.get("/a") }
                == .answered(call, status: 404, message: "service a not found")
        )
        let page = try #require(await error { try await client.post("/b") })
        #expect(page.description == "the engine refused POST /b with 502: <html>")
        #expect(page.driverError.code == .unknownOutcome)
        guard case .unreadable? = await error({ try await client.get("/c") }) else {
            Issue.record("an answer that is no JSON was read")
            return
        }
        // Cut on the way: whoever waits for it asks again.
        #expect(await error { try await client.get("/e") }?.driverError.code == .unreachable)
        // A redirect would carry a body and credentials to another place.
        guard case .answered(_, 307, _)? = await error({ try await client.get("/d") }) else {
            Issue.record("a redirect was followed")
            return
        }
        await client.close()
        await engine.stop()
    }

    @Test("a deadline ends a call, from its connection to the end of its answer")
    func deadlines() async throws {
        let half = Array("{".utf8)
        let engine = try await FakeEngine.start(socket: socket) { request in
            switch request.uri {
            case "/_ping": nil
            case "/v1.47/half": .stream(contentType: "application/json", [half], .open)
            default: .silence
            }
        }
        let client = client()
        let soon = Duration.milliseconds(200)
        _ = try await client.version()
        for path: EnginePath in ["/silent", "/half"] {
            let read = try #require(await error { try await client.get(path, deadline: soon) })
            #expect(read == .timedOut(EngineCall(method: "GET", path: path.text), after: soon))
            #expect(read.driverError.code == .unreachable)
        }
        let write = try #require(await error { try await client.post("/silent", deadline: soon) })
        #expect(write.driverError.code == .unknownOutcome && write.driverError.message.contains("0.2 s"))
        // What is given up leaves no connection behind.
        #expect(try await eventually { engine.openConnections <= 1 })
        // On a busy machine a deadline may pass before the engine has seen the call.
        let seen = engine.requests.count
        let caller = Task { try await client.get("/silent", deadline: .seconds(50)) }
        #expect(try await eventually { engine.requests.count > seen })
        caller.cancel()
        guard case .failure(let given) = await caller.result, case .broken? = given as? EngineError else {
            Issue.record("a cancelled call went on")
            return
        }
        await client.close()
        await engine.stop()
    }

    @Test("after a restart of the engine a question is asked again; a change is not")
    func restarts() async throws {
        let script: FakeEngine.Script = { request in
            switch request.uri {
            case "/v1.47/drop": .hangUp
            case "/v1.47/info": .json(200, "{}")
            default: nil
            }
        }
        let engine = try await FakeEngine.start(socket: socket, script)
        let client = client()
        _ = try await client.get("/info")
        await engine.hangUp()
        #expect(try await client.get("/info") == .object([]))
        let lost = try #require(await error { try await client.post("/drop") })
        #expect(lost.driverError.code == .unknownOutcome)
        #expect(engine.requests.filter { $0.uri == "/v1.47/drop" }.count == 1)
        _ = await error { try await client.get("/drop") }
        #expect(engine.requests.filter { $0.uri == "/v1.47/drop" }.count == 3)
        await client.close()
        await engine.stop()
    }

    @Test("closing ends what is under way; a client that is dropped closes its connections")
    func closing() async throws {
        let engine = try await FakeEngine.start(socket: socket) { $0.uri == "/_ping" ? nil : .silence }
        let closed = client()
        let call = Task { try await closed.post("/silent") }
        #expect(try await eventually { engine.requests.count == 2 })
        await closed.close()
        guard case .failure(let error) = await call.result, let error = error as? EngineError else {
            Issue.record("a call outlived its client")
            return
        }
        #expect(error.driverError.code == .unknownOutcome)
        do {
            let dropped = client()
            _ = try await dropped.version()
            #expect(engine.openConnections == 1)
        }
        #expect(try await eventually { engine.openConnections == 0 })
        await engine.stop()
    }

    @Test("a socket whose path no address can hold, or that others own, is told with what to do")
    func sockets() async throws {
        let long = "/tmp/" + String(repeating: "x", count: 120)
        let client = EngineClient(LocatedEngine(endpoint: .unix(path: long), origin: "a test"), environment: [:])
        #expect(await error { try await client.get("/info") }?.driverError.help?.contains("link") == true)
        try folder.write("d.sock", "a file")
        let file = self.client()
        #expect(await error { try await file.get("/info") }?.driverError.code == .unreachable)
    }
}
