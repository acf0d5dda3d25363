import Drivers
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("Streams of an engine", .timeLimit(.minutes(1)))
struct StreamTests {
    private let folder: TemporaryFolder
    private var socket: String { "\(folder.path)/d.sock" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func client(_ reading: Duration = .seconds(30)) -> EngineClient {
        let engine = LocatedEngine(endpoint: .unix(path: socket), origin: "a test")
        return EngineClient(engine, environment: [:], deadlines: .init(reading: reading))
    }

    private func collect<Stream: AsyncSequence>(_ stream: Stream) async -> ([Stream.Element], EngineError?) {
        var found: [Stream.Element] = []
        do {
            for try await element in stream { found.append(element) }
            return (found, nil)
        } catch {
            return (found, error as? EngineError)
        }
    }

    @Test("events come as records, cut as the network likes; their end is told as what it is")
    func events() async throws {
        let chunks = [#"{"Type":"ser"#, #"vice"}"# + "\n" + #"{"Type":"node"}"#, "\n"].map { Array($0.utf8) }
        let engine = try await FakeEngine.start(socket: socket) { request in
            switch request.uri {
            case "/v1.47/events?filters=x": .stream(contentType: "application/json", chunks, .whole)
            case "/v1.47/cut": .stream(contentType: "application/json", chunks, .cut)
            case "/v1.47/half": .stream(contentType: "application/json", [chunks[0]], .whole)
            case "/v1.47/no": .json(503, #"{"message":"This node is not a swarm manager."}"#)
            default: nil
            }
        }
        let client = client()
        let types: (CanonicalValue) -> String? = { $0["Type"]?.string }
        let whole = await collect(client.records("/events", [.init("filters", "x")]))
        #expect(whole.0.map(types) == ["service", "node"] && whole.1 == nil)
        let cut = await collect(client.records("/cut"))
        // What was on its way when the connection ended may be lost with it.
        #expect(["service", "node"].starts(with: cut.0.map(types)) && cut.1?.driverError.code == .unreachable)
        let half = await collect(client.records("/half"))
        guard case .unreadable? = half.1 else {
            Issue.record("half a record went unnoticed")
            return
        }
        let refused = await collect(client.records("/no"))
        #expect(refused.1?.driverError.code == .environment)
        await client.close()
        await engine.stop()
    }

    @Test("logs come as frames, or raw from a terminal")
    func logs() async throws {
        let framed: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 3] + "one".utf8 + [2, 0, 0, 0, 0, 0, 0, 3] + "two".utf8
        let engine = try await FakeEngine.start(socket: socket) { request in
            switch request.uri {
            case "/v1.47/framed": .stream(contentType: "application/octet-stream", framed.map { [$0] }, .whole)
            case "/v1.47/raw": .stream(contentType: "application/vnd.docker.raw-stream", [framed], .whole)
            case "/v1.47/told": .stream(contentType: "application/octet-stream", [framed], .whole)
            default: nil
            }
        }
        let client = client()
        let frames = await collect(client.frames("/framed"))
        #expect(
            frames.0 == [
                EngineFrame(stream: .standardOutput, bytes: Array("one".utf8)),
                EngineFrame(stream: .standardError, bytes: Array("two".utf8)),
            ]
        )
        #expect(frames.1 == nil)
        #expect(await collect(client.frames("/raw")).0.flatMap(\.bytes) == framed)
        #expect(await collect(client.frames("/told", raw: true)).0.flatMap(\.bytes) == framed)
        await client.close()
        await engine.stop()
    }

    @Test("a stream on which nothing happens lives on, beside calls; its listener's end is its end")
    func idleStreams() async throws {
        let first = Array("{\"n\":1}".utf8)
        let engine = try await FakeEngine.start(socket: socket) { request in
            switch request.uri {
            case "/v1.47/events": .stream(contentType: "application/json", [first], .open)
            case "/v1.47/info": .json(200, "{}")
            case "/v1.47/never": .silence
            default: nil
            }
        }
        let client = client(.seconds(3))
        _ = try await client.version()
        // More streams than a pool of connections holds by default.
        let listeners = (0..<20)
            .map { _ in
                Task { await collect(client.records("/events")) }
            }
        #expect(try await eventually { engine.requests.filter { $0.uri == "/v1.47/events" }.count == 20 })
        try await Task.sleep(for: .milliseconds(3200))
        #expect(try await client.get("/info") == .object([]))
        #expect(engine.openConnections >= 21)
        for listener in listeners { listener.cancel() }
        for listener in listeners { #expect(await listener.value.0.count == 1) }
        #expect(try await eventually { engine.openConnections == 1 })
        // Only the beginning has a deadline.
        guard case .timedOut? = await collect(client.records("/never")).1 else {
            Issue.record("a stream that never began was waited for")
            return
        }
        let last = Task { await collect(client.records("/events")) }
        #expect(try await eventually { engine.requests.filter { $0.uri == "/v1.47/events" }.count == 21 })
        await client.close()
        #expect(await last.value.1 != nil)
        await engine.stop()
    }
}
