import OrchplanTestSupport
import Reconciling
import ResourceModel
import Testing

@Suite("The autoscaler follows the load and never guesses")
struct AutoscalerTests {
    private let web = ResourceAddress(.service, "web")

    private func policy(_ range: ClosedRange<Int>, target: String = "60", window: Duration = .seconds(60))
        -> ScalePolicy
    {
        var policy = ScalePolicy()
        policy.min = range.lowerBound
        policy.max = range.upperBound
        policy.target = target
        policy.window = window
        return policy
    }

    private func count(_ verdict: ScaleVerdict, else current: Int) -> Int {
        if case .scale(let decision) = verdict { decision.to } else { current }
    }

    @Test("it grows at once, says why, and shrinks only after the window to its highest recommendation")
    func upAndDown() throws {
        var scaler = Autoscaler()
        let policy = policy(1...10)
        func decide(_ current: Int, _ mean: Double, _ seconds: Int) -> ScaleVerdict {
            scaler.decide(
                web,
                policy,
                current: current,
                load: .init(ready: current, mean: mean),
                now: .seconds(seconds)
            )
        }
        #expect(decide(2, 63, 0) == .steady("cpu 63 %, target 60 %"))
        #expect(decide(2, 91, 10) == .scale(ScaleDecision(from: 2, to: 4, why: "cpu 91 %, target 60 %")))
        // Idle from now on, with one spike that asks for three of the four.
        #expect(count(decide(4, 5, 20), else: 4) == 4)
        #expect(count(decide(4, 40, 40), else: 4) == 4)
        #expect(count(decide(4, 5, 69), else: 4) == 4)
        let down = decide(4, 5, 71)
        #expect(down == .scale(ScaleDecision(from: 4, to: 3, why: "cpu 5 %, target 60 % for 1m")))
        #expect(count(decide(3, 5, 99), else: 3) == 3)
        #expect(count(decide(3, 5, 101), else: 3) == 1)
    }

    @Test("what is missing holds the count, now and for the window that follows")
    func missing() {
        var scaler = Autoscaler()
        let policy = policy(1...10)
        _ = scaler.decide(web, policy, current: 4, load: .init(ready: 4, mean: 5), now: .zero)
        let held = scaler.decide(
            web,
            policy,
            current: 4,
            load: .init(ready: 4, mean: nil, missing: "the cpu of web.3 is not known yet"),
            now: .seconds(50)
        )
        #expect(held == .held("the cpu of web.3 is not known yet"))
        let later = scaler.decide(web, policy, current: 4, load: .init(ready: 4, mean: 5), now: .seconds(100))
        #expect(count(later, else: 4) == 4)
        for mean in [Double.nan, .infinity, -1] {
            let verdict = scaler.decide(web, policy, current: 4, load: .init(ready: 4, mean: mean), now: .seconds(101))
            #expect(verdict == .held("the metric is missing"), "\(mean)")
        }
        let unready = scaler.decide(web, policy, current: 4, load: .init(ready: 2, mean: 60), now: .seconds(300))
        #expect(count(unready, else: 4) == 4, "unready ones are not taken for idle ones")
    }

    @Test("never outside its bounds, never down before the window, monotone in the load", arguments: 0..<200)
    func properties(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let low = Int.random(in: 1...5, using: &random)
        let high = low + Int.random(in: 0...20, using: &random)
        let window = Duration.seconds(Int.random(in: 5...120, using: &random))
        let policy = policy(low...high, window: window)
        var scaler = Autoscaler()
        var now = Duration.zero
        var current = Int.random(in: low...high, using: &random)
        var heights: [(at: Duration, count: Int)] = [(.zero, current)]
        for _ in 0..<200 {
            now += .seconds(Int.random(in: 1...20, using: &random))
            let ready = Int.random(in: 0...current, using: &random)
            let mean = Int.random(in: 0...9, using: &random) == 0 ? nil : Double.random(in: 0...400, using: &random)
            let load = ServiceLoad(ready: ready, mean: ready == 0 ? nil : mean)
            if ready > 0, let mean {
                var (lower, higher) = (scaler, scaler)
                let less = ServiceLoad(ready: ready, mean: mean * Double.random(in: 0...1, using: &random))
                let more = ServiceLoad(ready: ready, mean: mean * Double.random(in: 1...3, using: &random))
                let a = count(lower.decide(web, policy, current: current, load: less, now: now), else: current)
                let b = count(higher.decide(web, policy, current: current, load: more, now: now), else: current)
                #expect(a <= b, "less load must not ask for more instances")
            }
            let next = count(scaler.decide(web, policy, current: current, load: load, now: now), else: current)
            #expect((low...high).contains(next))
            if next < current {
                #expect(now >= window, "not before a whole window was seen")
                let highest = heights.filter { now - $0.at < window && $0.at > .zero }.map(\.count)
                // Growing is itself a recommendation: nothing shrinks within a window of it.
                #expect(!highest.contains { $0 > next })
                heights.removeAll()
            }
            if next > current { heights.append((now, next)) }
            current = next
        }
    }

    @Test("targets are read by their metric")
    func targets() {
        #expect(ScaleTarget.value("70%", of: .cpu) == 70)
        #expect(ScaleTarget.value("70", of: .cpu) == 70)
        #expect(ScaleTarget.value("1MiB", of: .memory) == 1_048_576)
        #expect(ScaleTarget.value("2.5", of: .command) == 2.5)
        for bad in ["", "0", "0%", "-1", "1e9", "inf", "0x10", "70 %", ".", "1.", "NaN"] {
            #expect(ScaleTarget.value(bad, of: .cpu) == nil, "\(bad)")
        }
        #expect(ScaleTarget.value("70", of: .memory) == nil)
        #expect(ScaleTarget.value("70%", of: .connections) == nil)
    }
}
