import Drivers
import ResourceModel
import Testing

@testable import Simulation

/// What the simulation found once, as small scenarios that failed before it was mended.
@Suite("What the simulation found")
struct RegressionTests {
    private func scenario(isNative: Bool = false, _ acts: [Act]) -> Scenario {
        Scenario(seed: 7, isNative: isNative, nodes: 2, jitter: 0, acts: acts, hasStrangers: false)
    }

    private func act(_ resources: [Resource], _ troubles: [Trouble] = [], killedAt: Double? = nil) -> Act {
        Act(
            declared: Project(resources: resources),
            command: Command(batch: 5),
            troubles: troubles,
            killedAt: killedAt
        )
    }

    private func service(_ name: String = "web", _ change: (inout ServiceSpec) -> Void = { _ in }) -> Resource {
        var spec = ServiceSpec()
        spec.command = ["run"]
        change(&spec)
        return Resource(address: ResourceAddress(.service, name), spec: .service(spec))
    }

    @discardableResult
    private func expectSound(_ scenario: Scenario) -> Statistics {
        let result = Simulator.play(scenario, isTraced: true)
        #expect(result.violations.isEmpty, "\(result.trace.joined(separator: "\n"))")
        return result.statistics
    }

    @Test("Two old objects of one config that go together are both forgotten")
    func twoRetirements() {
        let user = service { $0.configs = [FileReference(source: "settings")] }
        func config(_ text: String) -> Resource {
            var spec = ConfigSpec()
            spec.content = ConfigContent(bytes: Array(text.utf8))
            return Resource(address: ResourceAddress(.config, "settings"), spec: .config(spec))
        }
        let refusal = SimulatedFault(.error(.invalid), kind: .defineService)
        expectSound(
            scenario([
                act([config("one"), user]),
                act([config("two"), user], [.driver(refusal, .driverError)]),
                act([config("three"), user]),
            ])
        )
    }

    @Test("Whoever knows that the lock is lost tries nothing again")
    func retryAfterFence() {
        let stumble = SimulatedFault(.errorButDone(.transient), kind: .startInstance, nth: 2)
        for effect in 8...14 {
            let takeover = Trouble.takeover(effect: effect, pause: .seconds(20), Command())
            expectSound(scenario([act([service { $0.replicas = 2 }], [.driver(stumble, .errorButDone), takeover])]))
        }
    }

    @Test("What dies while its driver is silent is not said to be done")
    func silentDeath() {
        let after = service { $0.command = ["run", "anew"] }
        for seconds in [4, 8, 90] {
            let silence = Trouble.silence(
                at: .milliseconds(1500),
                lasts: .seconds(seconds),
                after: .milliseconds(500),
                pick: 0
            )
            let statistics = expectSound(scenario([act([service()]), act([after], [silence])]))
            #expect(statistics.faults[.silence] == 1)
        }
    }

    @Test("A destroy that was killed before it changed anything is over with the next apply that has nothing to do")
    func idleDestroy() {
        for effect in 5...9 {
            var destroy = act([service()], [.crash(effect: effect, after: true)])
            destroy.command.verb = .destroy
            expectSound(scenario([act([service()]), destroy]))
        }
    }

    @Test("A cluster's own rollout that stumbled once is seen through by a later apply")
    func stumbledCreation() {
        let ends = InstanceBehaviour(.ends(status: 1, after: .milliseconds(100), times: 1))
        expectSound(scenario(isNative: true, [act([service()], [.sickness(BehaviourRule(ends))])]))
    }

    @Test("An update that was interrupted while instances came up is seen through by the next apply")
    func interruptedUpdate() {
        let before = service { $0.healthcheck = HealthCheck() }
        let after = service {
            $0.healthcheck = HealthCheck()
            $0.command = ["run", "anew"]
        }
        for effect in 10...16 {
            let takeover = Trouble.takeover(effect: effect, pause: .seconds(4), Command())
            expectSound(scenario([act([before]), act([after], [takeover])]))
        }
    }

    @Test("A job that is made anew and killed before it runs is run by the next apply")
    func interruptedJob() {
        let job = service("job") { $0.mode = .replicatedJob }
        let removal = Trouble.liveEdit(at: .seconds(30), .removeService, pick: 0)
        for share in stride(from: 0.0, to: 1, by: 0.05) {
            expectSound(scenario([act([job], [removal]), act([job], killedAt: share)]))
        }
    }

    @Test("A place that stays empty is no success, however many failures are tolerated")
    func toleratedGap() {
        let before = service { $0.replicas = 3 }
        let after = service {
            $0.replicas = 3
            $0.command = ["run", "anew"]
            $0.update = UpdatePolicy()
            $0.update?.batch = .count(2)
            $0.update?.maxFailureRatio = 0.5
        }
        let refusal = SimulatedFault(.error(.occupied), kind: .startInstance, nth: 2)
        expectSound(scenario([act([before]), act([after], [.driver(refusal, .driverError)])]))
    }

    @Test("An instance that gets healthy again and again is no progress")
    func flapping() {
        let ends = InstanceBehaviour(.ends(status: 1, after: .seconds(1), times: nil))
        let before = service { $0.replicas = 4 }
        let after = service {
            $0.replicas = 4
            $0.labels["tier"] = "2"
        }
        let scaling = Trouble.liveEdit(at: .milliseconds(700), .scale, pick: 1)
        expectSound(
            scenario(isNative: true, [act([before], [.sickness(BehaviourRule(ends))]), act([after], [scaling])])
        )
    }

    @Test("What is tried again, and was done and healthy by then, is not changing")
    func retriedWhenHealthy() {
        let done = SimulatedFault(.errorButDone(.transient), kind: .startInstance, nth: 1)
        let services = (1...6).map { number in service("web\(number)") { $0.replicas = 1 } }
        expectSound(scenario([act(services, [.driver(done, .errorButDone)])]))
    }

    @Test("A holder that is suspended before an effect, and wakes after its lock was broken, changes nothing")
    func wakesUp() {
        let before = service { $0.replicas = 2 }
        let after = service {
            $0.replicas = 2
            $0.command = ["run", "anew"]
        }
        var statistics = Statistics()
        for effect in 0...40 {
            for isMinded in [false, true] {
                let takeover = Trouble.takeover(
                    effect: effect,
                    pause: .seconds(60),
                    Command(),
                    isBefore: true,
                    isMinded: isMinded
                )
                statistics.add(expectSound(scenario([act([before]), act([after], [takeover])])))
            }
        }
        for effect in [
            "take lock", "read record", "announce its epoch", "look at the cluster", "begin revision", "write intents",
            "defineService", "stopInstance", "startInstance", "write outcomes", "end revision", "release lock",
        ] {
            #expect(statistics.pauses["before it asks to \(effect)", default: 0] > 0, "\(effect)")
        }
        #expect(statistics.unlocks > 40)
    }

    @Test("A lock whose holder died with its host is held until somebody breaks it")
    func lostHost() {
        for effect in 0...16 {
            let loss = Trouble.hostLoss(effect: effect, after: effect.isMultiple(of: 2))
            var second = Command()
            second.lockTimeout = .seconds(120)
            expectSound(scenario([act([service()], [loss, .second(at: .seconds(1), second)])]))
        }
    }

    @Test("A call that lies on its way while the next apply begins is refused")
    func lateCall() {
        for nth in 1...3 {
            for isUnderWay in [false, true] {
                let late = Trouble.lateArrival(nth: nth, after: .seconds(3), isUnderWay: isUnderWay, dies: true)
                let second = Trouble.second(at: .milliseconds(500), Command())
                expectSound(scenario([act([service { $0.replicas = 2 }], [late, second])]))
                expectSound(scenario(isNative: true, [act([service { $0.replicas = 2 }], [late, second])]))
            }
        }
    }

    @Test("A plan that was saved while another apply was at work doubles nothing that one started")
    func savedMeanwhile() {
        for nth in 2...4 {
            let late = Trouble.lateArrival(nth: nth, after: .seconds(3), isUnderWay: true, dies: true)
            for mode in [ServiceMode.replicated, .replicatedJob] {
                var second = Command(.applySaved(after: .seconds(1)), batch: 5)
                second.lockTimeout = .seconds(60)
                let declared = service {
                    $0.mode = mode
                    $0.replicas = 3
                }
                expectSound(scenario([act([declared], [late, .second(at: .milliseconds(100), second)])]))
            }
        }
    }

    @Test("Instances that an interrupted update added are seen through by the next apply")
    func interruptedScaling() {
        for effect in 8...16 {
            let takeover = Trouble.takeover(effect: effect, pause: .seconds(8), Command())
            expectSound(
                scenario([
                    act([service { $0.healthcheck = HealthCheck() }]),
                    act(
                        [
                            service {
                                $0.healthcheck = HealthCheck()
                                $0.replicas = 3
                            }
                        ],
                        [takeover]
                    ),
                ])
            )
        }
    }

    private func job(_ command: String = "run") -> Resource {
        service("migrate") {
            $0.mode = .replicatedJob
            $0.command = [command]
        }
    }

    @Test("A job that an apply started and did not see end is seen through before anything relies on it")
    func jobUnderWay() {
        let user = service("web") {
            $0.dependsOn = [ServiceDependency(service: "migrate", condition: .completed)]
        }
        for effect in stride(from: 6, through: 18, by: 2) {
            for again in [nil, 3, 6, 9, 12] {
                let next = Trouble.second(at: .milliseconds(700), Command(), dies: again)
                expectSound(scenario([act([job(), user], [.crash(effect: effect, after: true), next])]))
            }
        }
    }

    @Test("A job that is gone from the cluster runs again, however often the apply that is to see to it dies")
    func jobRerun() {
        let removal = Trouble.liveEdit(at: .seconds(30), .removeService, pick: 0)
        for effect in stride(from: 4, through: 16, by: 2) {
            for again in [3, 5, 7, 9, 11] {
                let next = Trouble.second(at: .seconds(5), Command(), dies: again)
                let deaths = [Trouble.crash(effect: effect, after: true), next]
                expectSound(scenario([act([job()], [removal]), act([job()], deaths), act([job()])]))
            }
        }
    }

    @Test("A job that is to run again and could not be started is still to run")
    func refusedJob() {
        let removal = Trouble.liveEdit(at: .seconds(30), .removeService, pick: 0)
        let refusal = SimulatedFault(.error(.occupied), kind: .startInstance)
        let refused = Trouble.driver(refusal, .driverError)
        expectSound(scenario([act([job()], [removal]), act([job()], [refused]), act([job()])]))
    }

    @Test("An instance whose start was refused and done all the same may come up later, where that is tolerated")
    func toleratedRefusal() {
        let refusal = SimulatedFault(.errorButDone(.occupied), kind: .startInstance, nth: 1)
        func scaled(_ count: Int) -> Resource {
            service {
                $0.replicas = count
                $0.update = UpdatePolicy()
                $0.update?.maxFailureRatio = 0.5
                $0.update?.monitor = .zero
            }
        }
        for seed in UInt64(1)...20 {
            var scenario = scenario([act([scaled(2)]), act([scaled(4)], [.driver(refusal, .errorButDone)])])
            scenario.seed = seed
            scenario.jitter = 0.6
            expectSound(scenario)
        }
    }

    @Test("What a targeted apply takes away for a replacement comes back, also when it dies in between")
    func takenAway() {
        func network(_ size: String) -> Resource {
            var spec = NetworkSpec()
            spec.driverOptions = ["mtu": size]
            return Resource(address: ResourceAddress(.network, "net"), spec: .network(spec))
        }
        let users = ["web", "api"].map { service($0) { $0.networks = [NetworkAttachment(network: "net")] } }
        for share in stride(from: 0.05, to: 1, by: 0.05) {
            var change = act([network("1400")] + users, killedAt: share)
            change.command.targets = [ResourceAddress(.service, "web")]
            expectSound(scenario([act([network("1500")] + users), change]))
            // And so does what was edited meanwhile, whether it was defined by then or not.
            change.declared.resources[2] = service("api") {
                $0.networks = [NetworkAttachment(network: "net")]
                $0.command = ["run", "otherwise"]
            }
            expectSound(scenario([act([network("1500")] + users), change]))
        }
    }

    @Test("What a cluster started anew while its driver was silent is watched from its own start on")
    func replacedUnseen() {
        let crash = Trouble.instanceCrash(at: .seconds(2), pick: 1)
        let silence = Trouble.silence(at: .seconds(1), lasts: .seconds(14), after: .seconds(20), pick: 0)
        for gone in stride(from: 12.5, to: 15, by: 0.5) {
            let loss = Trouble.nodeLoss(at: .seconds(gone), node: 1, back: .seconds(100))
            expectSound(scenario(isNative: true, [act([service { $0.replicas = 2 }], [silence, crash, loss])]))
        }
    }
}
