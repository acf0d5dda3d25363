import Testing

@testable import LocalAgent

@Suite struct BackendPoolTests {
    private static let three = ["a", "b", "c"].enumerated()
        .map {
            Backend(id: $1, address: "127.0.0.1", port: 9000 + $0)
        }

    @Test func roundRobinIsEvenWhateverIsOpen() {
        var pool = BackendPool(policy: .roundRobin)
        pool.replace(with: Self.three)
        let chosen = (0..<9).compactMap { _ in pool.claim()?.id }
        #expect(chosen == ["a", "b", "c", "a", "b", "c", "a", "b", "c"])
        #expect(pool.counts == ["a": 3, "b": 3, "c": 3])
    }

    @Test func leastConnectionsPrefersTheFreest() {
        var pool = BackendPool(policy: .leastConnections)
        pool.replace(with: Self.three)
        for _ in 0..<6 { _ = pool.claim() }
        let lastOfB = pool.release("b")
        #expect(!lastOfB)
        let first = pool.claim()?.id
        #expect(first == "b")
        let releases = [pool.release("c"), pool.release("c")]
        #expect(releases == [false, true])
        let next = [pool.claim()?.id, pool.claim()?.id]
        #expect(next == ["c", "c"])
    }

    @Test func aDrainLastsUntilTheBackendWasLeftOut() {
        var pool = BackendPool(policy: .roundRobin)
        pool.replace(with: Self.three)
        pool.startDrain("b")
        pool.replace(with: Self.three)
        let others = (0..<4).compactMap { _ in pool.claim()?.id }
        #expect(others == ["a", "c", "a", "c"])
        pool.replace(with: [Self.three[0]])
        pool.replace(with: Self.three)
        let all = (0..<3).compactMap { _ in pool.claim()?.id }
        #expect(Set(all) == ["a", "b", "c"])
        let none = pool.claim(excluding: Set(Self.three))
        #expect(none == nil)
    }
}
