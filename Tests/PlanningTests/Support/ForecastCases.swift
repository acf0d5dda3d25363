import Plans
import ResourceModel

extension ForecastCase {
    /// The cases of `ForecastTests`; unless one says otherwise, a batch is one instance, watched for 5 s, stopped first.
    static let all = rolls + probes + counts + kinds

    private static let rolls = [
        ForecastCase("stop first, one at a time: 3 x 5 s", now: 3, fewest: 2, seconds: 15),
        ForecastCase("start first loses none", now: 3, fewest: 3, seconds: 15) {
            $0.change = policy(.count(1), .startFirst)
        },
        ForecastCase("2 of 3, then 1: 2 x 5 s", now: 3, fewest: 1, seconds: 10) { $0.change = policy(.count(2)) },
        ForecastCase("2 of 3 at a time, start first", now: 3, fewest: 3, seconds: 10) {
            $0.change = policy(.count(2), .startFirst)
        },
        ForecastCase("all at once", now: 3, fewest: 0, seconds: 5) { $0.change = policy(.percent(100)) },
        ForecastCase("half of 5 is 2, so 3 batches", 5, now: 5, fewest: 3, seconds: 15) {
            $0.change = policy(.percent(50))
        },
        ForecastCase("a share below one instance is one", now: 3, fewest: 2, seconds: 15) {
            $0.change = policy(.percent(10))
        },
        ForecastCase("pauses between 3 batches, none after the last: 3 x 5 + 2 x 30", 5, now: 5, fewest: 3, seconds: 75)
        {
            $0.change = policy(.count(2), delay: 30)
        },
        ForecastCase("one batch has no pause", now: 3, fewest: 0, seconds: 20) {
            $0.change = policy(.count(3), delay: 30, monitor: 20)
        },
        ForecastCase("nothing to wait for", now: 3, fewest: 2, seconds: 0) {
            $0.change = policy(.count(1), monitor: 0)
        },
        ForecastCase("--batch 1 caps a batch of 3", now: 3, fewest: 2, seconds: 15) {
            $0.batch = 1
            $0.change = policy(.count(3))
        },
        ForecastCase("--batch 2 caps a batch of all", 5, now: 5, fewest: 3, seconds: 15) {
            $0.batch = 2
            $0.change = policy(.percent(100))
        },
    ]

    private static let probes = [
        ForecastCase("the time that probes take is not counted", now: 3, fewest: 2, seconds: 15) {
            $0.change = { spec in
                var check = HealthCheck()
                check.startPeriod = .seconds(40)
                check.interval = .seconds(30)
                spec.healthcheck = check
            }
        },
        ForecastCase("new instances without a probe are watched", 1, now: 1, fewest: 1, seconds: 5) {
            $0.isRolled = false
            $0.change = { $0.replicas = 5 }
        },
        ForecastCase("new instances with a probe are not", 1, now: 1, fewest: 1, seconds: 0) {
            $0.isRolled = false
            $0.before = { $0.readiness = HealthCheck() }
            $0.change = { $0.replicas = 5 }
        },
    ]

    private static let counts = [
        ForecastCase(
            "1 to 5 and a new image: 4 come first (5 s), then 1 of 5 rolls (5 s)",
            1,
            now: 1,
            fewest: 1,
            seconds: 10
        ) {
            $0.change = { $0.replicas = 5 }
        },
        ForecastCase("5 to 2: three go at once", 5, now: 5, fewest: 2, seconds: 0) {
            $0.isRolled = false
            $0.change = { $0.replicas = 2 }
        },
        ForecastCase("5 to 2 and a new image: 2 are left, then 1", 5, now: 5, fewest: 1, seconds: 10) {
            $0.change = { $0.replicas = 2 }
        },
        ForecastCase("to none", now: 3, fewest: 0, seconds: 0) {
            $0.isRolled = false
            $0.change = { $0.replicas = 0 }
        },
        ForecastCase("one that failed is replaced alone", now: 2, fewest: 2, seconds: 5) {
            $0.isRolled = false
            $0.accident = {
                $0.live("web") {
                    $0.instances[1].phase = .failed
                    $0.instances[1].isHealthy = false
                }
            }
        },
        ForecastCase(
            "one is gone and the rest rolls: 3rd first (5 s), then 2 of 3, one by one",
            now: 2,
            fewest: 2,
            seconds: 15
        ) {
            $0.accident = { $0.live("web") { $0.instances.removeLast() } }
        },
    ]

    private static let kinds = [
        ForecastCase("global on three nodes", now: 3, fewest: 2, seconds: 15) { $0.before = { $0.mode = .global } },
        ForecastCase("global on the one manager", now: 1, fewest: 0, seconds: 5) {
            $0.before = {
                $0.mode = .global
                $0.placement = Placement()
                $0.placement?.constraints = ["node.role == manager"]
            }
        },
        ForecastCase("global leaves a node that it may not be on any more", now: 3, fewest: 1, seconds: 10) {
            $0.isRolled = false
            $0.before = { $0.mode = .global }
            // Placement is part of what an instance is: two go on, anew, one by one.
            $0.change = {
                $0.placement = Placement()
                $0.placement?.constraints = ["node.role == worker"]
            }
        },
        ForecastCase("a job is not watched, but paced", now: 0, fewest: 0, seconds: 20) {
            $0.before = { $0.mode = .replicatedJob }
            $0.change = policy(.count(1), delay: 10)
        },
        ForecastCase("a job that runs at once", now: 0, fewest: 0, seconds: 0) {
            $0.before = { $0.mode = .replicatedJob }
            $0.change = policy(.count(3), delay: 10)
        },
        ForecastCase("replaced as a whole: all anew, watched once", now: 3, fewest: 0, seconds: 5) {
            $0.change = { $0.mode = .global }
        },
        ForecastCase("the cluster rolls: pauses and one watch are certain", 5, now: 5, fewest: 3, seconds: 25) {
            $0.isNative = true
            $0.change = policy(.count(2), delay: 10)
        },
        ForecastCase(
            "the cluster rolls while it scales: it may stop an old one before a new one is there",
            1,
            now: 1,
            fewest: 0,
            seconds: 5
        ) {
            $0.isNative = true
            $0.change = { $0.replicas = 5 }
        },
    ]
}
