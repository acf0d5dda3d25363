import Drivers
import NIOCore
import OrchplanTestSupport
import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("Versions, paths and streams as values")
struct PureTests {
    @Test("the newest version that both know is spoken; too old an engine is told")
    func negotiation() throws {
        func spoken(_ engine: String, _ wanted: String? = nil) throws -> String {
            try EngineVersion.negotiated(
                engine: #require(EngineVersion(parsing: engine)),
                wanted: wanted.flatMap { EngineVersion(parsing: $0) },
                at: "unix:///d"
            )
            .description
        }
        #expect(try spoken("1.41") == "1.41")
        #expect(try spoken("1.47") == "1.47")
        #expect(try spoken("1.100") == "1.47")
        #expect(try spoken("1.47", "1.44") == "1.44")
        let old = try #require(throws: EngineError.self) { try spoken("1.40") }
        #expect(old.description.contains("1.40") && old.description.contains("1.41"))
        #expect(old.driverError.help?.contains("20.10") == true)
        #expect(throws: EngineError.self) { try spoken("1.43", "1.44") }
        for text in ["", "1", "1.x", "1.2.3", "v1.2", "+1.2"] { #expect(EngineVersion(parsing: text) == nil) }
    }

    @Test("no name of an object can reach another call")
    func paths() {
        let id = "../x?y=1#z é"
        #expect(EnginePath("/services/\(id)/update").text == "/services/..%2Fx%3Fy%3D1%23z%20%C3%A9/update")
        #expect(EnginePath("/services/\("..")").text == "/services/-..")
        #expect(EnginePath("/d/\(segments: "h:5/../a/b@c")/json").text == "/d/h%3A5/a/b%40c/json")
        #expect(EnginePath.query([.init("filters", #"{"a":["b"]}"#)]) == "?filters=%7B%22a%22%3A%5B%22b%22%5D%7D")
    }

    @Test("streams mean the same wherever the network cuts them", arguments: 0..<40)
    func splitting(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let records = (0..<random.number(0...12))
            .map { index -> CanonicalValue in
                let words = ["}{", "\\", "\"]", "é\u{1F600}", "a\nb", ""]
                return .object([
                    CanonicalMember(key: "n", value: .integer(Int64(index))),
                    CanonicalMember(
                        key: words[random.number(0...5)],
                        value: .array([.string(words[random.number(0...5)])])
                    ),
                ])
            }
        let frames = (0..<random.number(0...12))
            .map { _ in
                EngineFrame(
                    stream: random.chance() ? .standardOutput : .standardError,
                    bytes: (0..<random.number(0...300)).map { _ in UInt8.random(in: 0...255, using: &random) }
                )
            }
        var text: [UInt8] = []
        for record in records {
            var writer = CanonicalWriter()
            record.encode(to: &writer)
            text += writer.bytes + (random.chance() ? [0x0A] : [])
        }
        let framed = frames.flatMap { frame -> [UInt8] in
            let count = frame.bytes.count
            return [frame.stream.rawValue, 0, 0, 0, 0, 0, UInt8(count >> 8), UInt8(count & 255)] + frame.bytes
        }
        #expect(try cut(text, RecordSplitter(), &random) == records)
        #expect(try cut(framed, FrameSplitter(isRaw: false), &random) == frames)
        let raw = try cut(framed, FrameSplitter(isRaw: true), &random)
        #expect(raw.flatMap(\.bytes) == framed)
        if framed.count > 1 {
            #expect(throws: StreamFault.self) { try cut(framed.dropLast(), FrameSplitter(isRaw: false), &random) }
        }
    }

    private func cut<Splitter: StreamSplitting>(
        _ bytes: some Collection<UInt8>,
        _ splitter: Splitter,
        _ random: inout SeededGenerator
    ) throws -> [Splitter.Element] {
        var splitter = splitter
        var rest = Array(bytes)[...]
        var found: [Splitter.Element] = []
        while !rest.isEmpty {
            let count = random.number(1...random.pick([1, 9, 100], default: 1))
            splitter.append(ByteBuffer(bytes: rest.prefix(count)))
            rest = rest.dropFirst(count)
            while let element = try splitter.next() { found.append(element) }
        }
        try splitter.end()
        return found
    }

    @Test("what is no stream is refused")
    func badStreams() {
        var records = RecordSplitter()
        records.append(ByteBuffer(string: "<html>"))
        #expect(throws: StreamFault.self) { try records.next() }
        var half = RecordSplitter()
        half.append(ByteBuffer(string: "{\"a\":"))
        #expect(throws: StreamFault.self) { try half.end() }
        var frames = FrameSplitter(isRaw: false)
        frames.append(ByteBuffer(string: "hello, this is a terminal"))
        #expect(throws: StreamFault.self) { try frames.next() }
        #expect(FrameSplitter.isRaw("application/vnd.docker.raw-stream", EngineVersion(1, 41)) == nil)
        #expect(FrameSplitter.isRaw("application/vnd.docker.raw-stream", EngineVersion(1, 42)) == true)
        #expect(FrameSplitter.isRaw("application/vnd.docker.multiplexed-stream", EngineVersion(1, 47)) == false)
    }

    @Test(
        "an engine's words decide what apply makes of its refusal",
        arguments: [
            (500, "rpc error: code = Unknown desc = update out of sequence", DriverError.Code.conflict),
            (500, "The swarm does not have a leader. It's possible that too few managers are online.", .transient),
            (503, "This node is not a swarm manager. Use \"docker swarm init\"", .environment),
            (503, "This node is not a swarm manager. Manager is being prepared or has trouble connecting", .transient),
            (500, "rpc error: code = DeadlineExceeded desc = context deadline exceeded", .unknownOutcome),
            (404, "service web not found", .notFound),
            (404, "page not found", .environment),
            (500, "network n1 not found", .notFound),
            (
                409,
                "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service w already exists",
                .occupied
            ),
            (409, "remove data: volume is in use - [abc]", .inUse),
            (409, "something else", .conflict),
            (
                400, "rpc error: code = InvalidArgument desc = secret 's' is in use by the following service: web",
                .inUse
            ),
            (400, "rpc error: code = FailedPrecondition desc = network n is in use by task t", .inUse),
            (
                400,
                "rpc error: code = InvalidArgument desc = port '80' is already in use by service 'w' (x) as an ingress port",
                .occupied
            ),
            (400, "client version 1.47 is too old. Minimum supported API version is 1.50", .environment),
            (400, "invalid reference format", .invalid),
            (501, "renaming services is not supported", .invalid),
            (503, "busy", .transient),
            (502, "bad gateway", .unknownOutcome),
            (500, "disk on fire", .transient),
        ]
    )
    func refusals(_ status: Int, _ message: String, _ code: DriverError.Code) {
        let call = EngineCall(method: "POST", path: "/services/create")
        let error = EngineError.answered(call, status: status, message: message).driverError
        #expect(error.code == code)
        #expect(error.message.contains(message) && error.message.contains("\(status)"))
        #expect(error.help != nil || code == .invalid)
    }

    @Test("a lost answer to a change is an unknown outcome, to a question a cluster out of reach")
    func lostAnswers() {
        let read = EngineCall(method: "GET", path: "/services")
        let write = EngineCall(method: "DELETE", path: "/services/w")
        for (call, code) in [(read, DriverError.Code.unreachable), (write, .unknownOutcome)] {
            #expect(EngineError.timedOut(call, after: .seconds(30)).driverError.code == code)
            #expect(EngineError.broken(call, reason: "gone").driverError.code == code)
        }
        #expect(EngineError.unreadable(write, reason: "x").driverError.code == .unknownOutcome)
        #expect(EngineError.notReachable(engine: "e", reason: "r", help: nil).driverError.code == .unreachable)
    }
}
