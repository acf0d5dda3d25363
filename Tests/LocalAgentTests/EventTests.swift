import Testing

@testable import LocalAgent

@Suite("Events for those who follow")
struct EventTests {
    @Test("a slow follower gets every changed service once, the last remarks, and never more than that")
    func slowFollower() async {
        let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        var follower = EventFollower(wake: wake)
        follower.add(AgentEvent(.opened, service: nil, subject: "agent"))
        for round in 0..<2000 {
            follower.add(AgentEvent(.changed, service: "s\(round % 10)", subject: "service/s\(round % 10)"))
            follower.add(AgentEvent(.note, service: nil, subject: "agent", text: "\(round)"))
        }
        for await _ in wakes { break }
        let events = follower.take()
        #expect(events.first?.kind == .opened)
        #expect(events.filter { $0.kind == .changed }.compactMap(\.service) == (0..<10).map { "s\($0)" })
        #expect(events.filter { $0.kind == .note }.map(\.text) == (1500..<2000).map { "\($0)" })
        #expect(follower.take().isEmpty)
    }
}
