import LocalAgent
import ResourceModel
import Testing

@Suite("The life of an instance")
struct InstanceMachineTests {
    private func machine(_ change: (inout ServiceSpec) -> Void = { _ in }) -> InstanceMachine {
        var spec = ServiceSpec()
        change(&spec)
        return InstanceMachine(policy: InstancePolicy(spec))
    }

    private static func delays(_ effects: [InstanceMachine.Effect]) -> [Duration] {
        effects.compactMap { if case .armRestart(let delay) = $0 { delay } else { nil } }
    }

    @Test("a crash loop waits longer each time, at most a minute, and starts over after a minute of health")
    func backoff() {
        var machine = machine()
        var now = Duration.zero
        _ = machine.handle(.start, now: now)
        var waits: [Duration] = []
        for _ in 0..<6 {
            _ = machine.handle(.spawned, now: now)
            waits += Self.delays(machine.handle(.exited(.code(1), message: nil), now: now))
            #expect(machine.phase == .backoff)
            now += .seconds(60)
            #expect(machine.handle(.restartDue, now: now) == [.spawn])
        }
        #expect(waits == [5, 10, 20, 40, 60, 60].map(Duration.seconds))
        _ = machine.handle(.spawned, now: now)
        now += .seconds(61)
        #expect(Self.delays(machine.handle(.exited(.code(1), message: nil), now: now)) == [.zero])
        #expect(machine.restarts == 7)
        // And the loop that may follow starts over, too.
        _ = machine.handle(.restartDue, now: now)
        _ = machine.handle(.spawned, now: now)
        #expect(Self.delays(machine.handle(.exited(.code(1), message: nil), now: now)) == [.seconds(5)])
    }

    @Test("what was stable is started again at once, also where its probe condemned it; a job waits")
    func stability() {
        func wait(healthyFor time: Duration, _ change: (inout ServiceSpec) -> Void) -> [Duration] {
            var machine = machine(change)
            _ = machine.handle(.start, now: .zero)
            _ = machine.handle(.spawned, now: .zero)
            _ = machine.handle(.probed(.liveness, ProbeResult(isSuccess: true, message: "yes")), now: .zero)
            for _ in 0..<3 {
                _ = machine.handle(.probed(.liveness, ProbeResult(isSuccess: false, message: "no")), now: time)
            }
            return Self.delays(machine.handle(.exited(.code(1), message: nil), now: time + .seconds(9)))
        }
        #expect(wait(healthyFor: .seconds(2)) { $0.healthcheck = HealthCheck() } == [.zero])
        #expect(wait(healthyFor: .seconds(1)) { $0.healthcheck = HealthCheck() } == [.seconds(5)])
        #expect(wait(healthyFor: .seconds(2)) { $0.mode = .replicatedJob } == [.seconds(5)])
    }

    @Test("attempts are counted within the window, and then it has failed")
    func attempts() {
        var machine = machine {
            var policy = RestartPolicy(condition: .any)
            policy.delay = .zero
            policy.maxAttempts = 2
            policy.window = .seconds(10)
            $0.restart = policy
        }
        _ = machine.handle(.start, now: .zero)
        for second in [0, 1, 20, 21, 22] {
            _ = machine.handle(.spawned, now: .seconds(second))
            _ = machine.handle(.exited(.code(2), message: nil), now: .seconds(second))
            _ = machine.handle(.restartDue, now: .seconds(second))
        }
        #expect(machine.phase == .failed)
        #expect(machine.restarts == 4)
    }

    @Test("a probe gates health, its failures condemn, and the replacement starts clean")
    func probes() {
        var machine = machine {
            var check = HealthCheck()
            check.startPeriod = .seconds(10)
            check.retries = 2
            $0.healthcheck = check
        }
        let bad = InstanceMachine.Event.probed(.liveness, ProbeResult(isSuccess: false, message: "no"))
        let good = InstanceMachine.Event.probed(.liveness, ProbeResult(isSuccess: true, message: "yes"))
        _ = machine.handle(.start, now: .zero)
        #expect(machine.handle(.spawned, now: .zero) == [.beginProbes])
        for second in 1..<9 { #expect(machine.handle(bad, now: .seconds(second)).isEmpty) }
        #expect(machine.phase == .starting && !machine.isHealthy)
        _ = machine.handle(good, now: .seconds(9))
        #expect(machine.phase == .running && machine.isHealthy)
        _ = machine.handle(bad, now: .seconds(9))
        #expect(machine.isHealthy)
        let effects = machine.handle(bad, now: .seconds(10))
        #expect(effects.contains(.drain(.zero)) && !machine.isHealthy)
        #expect(machine.handle(.drained, now: .seconds(10)).first == .signalCommand)
        #expect(machine.handle(.graceElapsed, now: .seconds(20)) == [.killTree])
        // Even a clean exit is a failure now.
        _ = machine.handle(.exited(.code(0), message: nil), now: .seconds(20))
        #expect(machine.phase == .backoff && machine.message == "unhealthy: no, so it was stopped")
        #expect(machine.exitStatus == nil)
        _ = machine.handle(.restartDue, now: .seconds(25))
        _ = machine.handle(.spawned, now: .seconds(25))
        #expect(machine.handle(bad, now: .seconds(26)).isEmpty)
    }

    @Test("stopping drains first, then signals, then kills; nothing starts it again")
    func stopping() {
        var machine = machine { $0.stopGracePeriod = .seconds(4) }
        _ = machine.handle(.start, now: .zero)
        _ = machine.handle(.spawned, now: .zero)
        #expect(machine.handle(.stop, now: .zero) == [.endProbes, .drain(.seconds(2))])
        #expect(!machine.isHealthy && machine.phase == .stopping)
        #expect(machine.handle(.stop, now: .zero).isEmpty)
        #expect(machine.handle(.drained, now: .zero) == [.signalCommand, .armGrace(.seconds(4))])
        #expect(machine.handle(.graceElapsed, now: .seconds(4)) == [.killTree])
        #expect(machine.handle(.exited(.signal(9), message: nil), now: .seconds(4)).last == .remove)
        #expect(machine.handle(.restartDue, now: .seconds(9)).isEmpty)
    }

    @Test(
        "what follows an end depends on the condition and the mode",
        arguments: [
            (RestartCondition.any, ServiceMode.replicated, 0, InstancePhase.backoff),
            (.any, .replicated, 1, .backoff), (.onFailure, .replicated, 0, .completed),
            (.onFailure, .replicated, 1, .backoff), (.none, .replicated, 0, .completed),
            (.none, .replicated, 1, .failed), (.any, .replicatedJob, 0, .completed),
            (.onFailure, .replicatedJob, 1, .backoff), (.none, .replicatedJob, 1, .failed),
        ]
    )
    func endings(condition: RestartCondition, mode: ServiceMode, code: Int, expected: InstancePhase) {
        var machine = machine {
            $0.restart = RestartPolicy(condition: condition)
            $0.mode = mode
        }
        _ = machine.handle(.start, now: .zero)
        _ = machine.handle(.spawned, now: .zero)
        let effects = machine.handle(.exited(.code(code), message: "bye"), now: .zero)
        #expect(machine.phase == expected)
        // The status and the words are told apart, so that nobody says the status twice.
        if code != 0 {
            #expect(machine.exitStatus == .code(code) && machine.message == "bye")
            let notes = effects.compactMap { if case .note(let text) = $0 { text } else { nil } }
            #expect(notes.contains { $0.contains("exit status \(code): bye") })
        }
    }
}
