import Drivers
import ResourceModel
import Synchronization
import Testing

@testable import SwarmDriver

@Suite("What those who follow and watch a swarm are told", .timeLimit(.minutes(4)))
struct FeedTests {
    /// An engine with one service and its secrets, whose looks would be an hour apart but for its events.
    private final class Swarm: Sendable {
        struct State {
            var replicas = 1
            var secrets = ["token"]
            var answers = true
        }

        static func limits(silence: Duration) -> FeedPace.Limits {
            FeedPace.Limits(
                shortest: .milliseconds(10),
                watching: .milliseconds(50),
                longest: .seconds(3600),
                failing: .milliseconds(50),
                silence: silence
            )
        }

        let folder: TemporaryFolder
        let state = Mutex(State())
        let feed: ServiceFeed
        let client: EngineClient

        init(deadline: Duration = .seconds(30), silence: Duration = .seconds(3600)) throws {
            folder = try TemporaryFolder()
            let engine = LocatedEngine(endpoint: .unix(path: "\(folder.path)/d.sock"), origin: "a test")
            client = EngineClient(engine, environment: [:], deadlines: .init(reading: deadline))
            feed = ServiceFeed(project: "shop", client: client, limits: Self.limits(silence: silence))
        }

        func start() async throws -> FakeEngine {
            try await FakeEngine.start(socket: "\(folder.path)/d.sock") { [self] request in answer(request.uri) }
        }

        func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

        private func answer(_ uri: String) -> FakeEngine.Answer? {
            let now = state.withLock { $0 }
            let path = uri.dropFirst("/v1.47/".count).prefix { $0 != "?" }
            guard now.answers || path == "events" else { return .silence }
            switch path {
            case "events": return .stream(contentType: "application/json", [], .open)
            case "services":
                let labels = Self.labels("service/web")
                return .json(
                    200,
                    """
                    [{"ID":"s1","Spec":{"Name":"shop_web","Labels":\(labels),
                    "Mode":{"Replicated":{"Replicas":\(now.replicas)}}}}]
                    """
                )
            case "secrets":
                let all = now.secrets.map {
                    #"{"ID":"\#($0)","Spec":{"Name":"shop_\#($0)","Labels":\#(Self.labels("secret/\($0)"))}}"#
                }
                return .json(200, "[\(all.joined(separator: ","))]")
            case "volumes": return .json(200, #"{"Volumes":null}"#)
            case "tasks", "nodes", "networks", "configs": return .json(200, "[]")
            default: return nil
            }
        }

        private static func labels(_ address: String) -> String {
            #"{"orchplan.project":"shop","orchplan.address":"\#(address)"}"#
        }
    }

    private func looks(_ engine: FakeEngine) -> Int { engine.requests.count { $0.uri.contains("/services?") } }

    private func streams(_ engine: FakeEngine) -> Int { engine.requests.count { $0.uri.contains("/events?") } }

    /// Waits until the next look is an hour away.
    private func settle(_ engine: FakeEngine) async throws {
        #expect(try await eventually { streams(engine) > 0 && looks(engine) > 0 })
        var before = -1
        while before != looks(engine) {
            before = looks(engine)
            // Longer than any pause but the last.
            try await Task.sleep(for: .milliseconds(600))
        }
    }

    @Test("an event makes it look at once, at services and at objects; a stream that breaks is opened again")
    func events() async throws {
        let swarm = try Swarm()
        let engine = try await swarm.start()
        var events = swarm.feed.events().makeAsyncIterator()
        #expect(try await events.next()?.kind == .opened)
        try await settle(engine)

        swarm.change { $0.replicas = 3 }
        engine.tell(#"{"Type":"service","Action":"update","Actor":{"ID":"s1","Attributes":{"name":"shop_web"}}}"#)
        let scaled = try await events.next()
        #expect(scaled?.kind == .changed && scaled?.service == "web")

        try await settle(engine)
        swarm.change { $0.secrets = [] }
        engine.tell(#"{"Type":"secret","Action":"remove","Actor":{"ID":"token","Attributes":{"name":"shop_token"}}}"#)
        let removed = try await events.next()
        #expect(removed?.kind == .changed && removed?.service == nil && removed?.text == "secret/token removed")

        try await settle(engine)
        let before = streams(engine)
        swarm.change { $0.secrets = ["key"] }
        await engine.cutStreams()
        #expect(try await events.next()?.text == "secret/key there", "what nobody told is found by a full look")
        #expect(try await eventually { streams(engine) > before })
        await swarm.client.close()
        await engine.stop()
    }

    @Test("an engine that is gone or answers nothing ends no following, and says when it is back; who watches is told")
    func outages() async throws {
        let swarm = try Swarm(deadline: .milliseconds(300))
        let first = try await swarm.start()
        var events = swarm.feed.events().makeAsyncIterator()
        #expect(try await events.next()?.kind == .opened)
        // It takes connections and says nothing.
        swarm.change { $0.answers = false }
        first.tell(#"{"Type":"node","Action":"update","Actor":{"ID":"n1"}}"#)
        let asked = looks(first)
        #expect(try await eventually { looks(first) > asked })
        swarm.change { $0.answers = true }
        #expect(try await events.next()?.kind == .opened)

        await first.stop()
        var watch = swarm.feed.watch("web").makeAsyncIterator()
        await #expect(throws: DriverError.self) { _ = try await watch.next() }
        let second = try await swarm.start()
        #expect(try await eventually { looks(second) > 0 })
        var found = try await events.next()
        while found?.kind == .changed { found = try await events.next() }
        #expect(found?.kind == .opened)
        #expect(try await eventually { streams(second) > 0 })
        await swarm.client.close()
        await #expect(throws: DriverError.self) { while try await events.next() != nil {} }
        await second.stop()
    }

    @Test("an engine that takes long over each failure is told of by the time that it took, not by their number")
    func hangs() async throws {
        let swarm = try Swarm(deadline: .seconds(2), silence: .seconds(3))
        let engine = try await swarm.start()
        var watch = swarm.feed.watch("web").makeAsyncIterator()
        #expect(try await watch.next() != nil)
        swarm.change { $0.answers = false }
        let before = looks(engine)
        await #expect(throws: DriverError.self) { while try await watch.next() != nil {} }
        #expect(looks(engine) - before < 10)
        await swarm.client.close()
        await engine.stop()
    }

    @Test("looks are frequent for those who watch, rare where the engine tells, and never rarer than five seconds")
    func pace() {
        let limits = FeedPace.Limits()
        func pause(_ change: (inout FeedPace) -> Void) -> Duration {
            var pace = FeedPace(limits: limits)
            change(&pace)
            return pace.pause
        }
        #expect(pause { $0.isWatched = true } == .milliseconds(200))
        for rounds in 0...200 {
            #expect(pause { ($0.isWatched, $0.quietRounds) = (true, rounds) } <= .seconds(1))
            #expect(pause { $0.quietRounds = rounds } <= .seconds(1), "nobody tells of changes")
            let told = pause { ($0.isTold, $0.quietRounds) = (true, rounds) }
            #expect(told <= .seconds(5) && (told == .seconds(5)) == (rounds > 5))
            #expect(pause { ($0.isTold, $0.isAsked, $0.quietRounds) = (true, true, rounds) } == .milliseconds(200))
            #expect(pause { ($0.isTold, $0.failures) = (true, rounds) } <= .seconds(5))
        }
    }

    @Test("only what may be the project's own makes it look")
    func concerns() throws {
        func news(_ text: String) throws -> EngineNews? { EngineNews(try CanonicalReader.parse(Array(text.utf8))) }
        var own = OwnObjects(project: "shop")
        own.add(try CanonicalReader.parse(Array(#"{"ID":"i1","Spec":{"Name":"odd"}}"#.utf8)))
        func isOurs(_ text: String) throws -> Bool? { try news(text).map(own.concerns) }

        #expect(try isOurs(#"{"Type":"service","Action":"update","Actor":{"ID":"i1"}}"#) == true)
        #expect(
            try isOurs(
                #"{"Type":"network","Action":"create","scope":"swarm","Actor":{"ID":"i2","Attributes":{"name":"odd"}}}"#
            ) == true
        )
        #expect(
            try isOurs(#"{"Type":"config","Action":"create","Actor":{"ID":"i3","Attributes":{"name":"shop_new"}}}"#)
                == true
        )
        #expect(
            try isOurs(#"{"Type":"service","Action":"update","Actor":{"ID":"x","Attributes":{"name":"shopping_web"}}}"#)
                == false
        )
        #expect(
            try isOurs(
                #"{"Type":"container","Action":"die","Actor":{"ID":"c","Attributes":{"orchplan.project":"shop"}}}"#
            ) == true
        )
        #expect(
            try isOurs(
                #"{"Type":"container","Action":"die","Actor":{"ID":"c","Attributes":{"orchplan.project":"other"}}}"#
            ) == false
        )
        let adopted = #"{"Type":"container","Action":"die","Actor":{"ID":"c","Attributes":"#
        #expect(try isOurs(adopted + #"{"com.docker.swarm.service.id":"i1"}}}"#) == true)
        #expect(try isOurs(adopted + #"{"com.docker.swarm.service.id":"i9"}}}"#) == false)
        #expect(try isOurs(#"{"Type":"node","Action":"update","Actor":{"ID":"n"}}"#) == true)
        #expect(try news(#"{"Type":"container","Action":"die","Actor":{"ID":"c","Attributes":{}}}"#) == nil)
        #expect(try news(#"{"Type":"network","Action":"create","scope":"local","Actor":{"ID":"i2"}}"#) == nil)
        #expect(try news(#"{"Type":"volume","Action":"create","Actor":{"ID":"v"}}"#) == nil)
        #expect(try news(#"{"Type":"volume","Action":"destroy","Actor":{"ID":"v"}}"#) != nil)
    }
}
