import Plans
import ResourceModel
import Testing

/// Forecasts worked out by hand.
@Suite struct ForecastTests {
    @Test(arguments: ForecastCase.all)
    func theForecastIsWhatAHandWorksOut(_ example: ForecastCase) throws {
        var scene = Scene([
            Make.service("web", replicas: example.replicas) { example.before(&$0) }
        ])
        .applied()
        scene.capabilities.nativeRollout = example.isNative
        if example.batch > 0 { scene.options.batch = example.batch }
        scene.edit("web") {
            if example.isRolled { $0.image = "registry.example/web:2" }
            example.change(&$0)
        }
        example.accident(&scene)
        let plan = try #require(scene.plan().plan)
        let web = try #require(plan.forecast.services.first)
        #expect(web.healthyBefore == example.now, "healthy before")
        #expect(web.fewestHealthy == example.fewest, "fewest healthy")
        #expect(web.minimumDuration == .seconds(example.seconds), "least duration")
        #expect(plan.forecast.minimumDuration == .seconds(example.seconds), "least duration of the whole")
        #expect(web.desired == plan.steps.first { $0.rollout != nil }?.rollout?.desiredReplicas)
    }

    @Test("Steps that depend on one another take the sum, others the slowest")
    func chainsAddUp() throws {
        let base = Scene([
            Make.service("cache", replicas: 2), Make.service("db"), Make.service("web", replicas: 3, needs: ["db"]),
        ])
        .applied()
        var scene = base
        for name in ["cache", "db", "web"] { scene.edit(name) { $0.workingDir = "/b" } }
        let plan = try #require(scene.plan().plan)
        // cache rolls 2 (10 s) beside db, which rolls 1 (5 s); then web rolls 3 (15 s).
        #expect(plan.forecast.services.map(\.fewestHealthy) == [1, 0, 2])
        #expect(plan.forecast.services.map(\.minimumDuration) == [.seconds(10), .seconds(5), .seconds(15)])
        #expect(plan.forecast.minimumDuration == .seconds(25))
        // One thing at a time: each waits for the one before.
        scene.options.batch = 1
        #expect(scene.plan().plan?.forecast.minimumDuration == .seconds(30))
    }

    @Test("A service that makes way for a new network has none for a while")
    func rebuilt() throws {
        var scene = Scene([Make.network("front"), Make.service("web", replicas: 3, networks: ["front"])]).applied()
        scene.declared[0] = Make.network("front") { $0.driver = "overlay" }
        let plan = try #require(scene.plan().plan)
        #expect(plan.forecast.services.map { [$0.healthyBefore, $0.fewestHealthy] } == [[3, 0]])
        #expect(plan.findings.map(\.code) == ["OP3001"])
    }

    @Test("What an interrupted creation left healthy stays healthy while the rest is created")
    func resumedCreation() throws {
        var scene = Scene([Make.service("web", replicas: 3)]).applied()
        scene.recorded.attempted = [.init(.service, "web")]
        scene.recorded.resources = []
        scene.edit("web") { $0.readiness = HealthCheck() }
        scene = Scenarios.from(scene) { $0.live("web") { $0.instances.removeLast() } }
        let template = try #require(scene.plan().plan?.steps.first?.rollout?.template)
        scene.live("web") {
            $0.template = template
            for index in $0.instances.indices { $0.instances[index].template = template }
        }
        let plan = try #require(scene.plan().plan)
        #expect(plan.steps.map(\.action) == [.create])
        #expect(plan.forecast.services.map { [$0.healthyBefore, $0.fewestHealthy] } == [[2, 2]])
        #expect(plan.findings.isEmpty)
    }
}

/// One service, a change of it, and what is to be expected.
struct ForecastCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var replicas = 3
    /// `--batch`; 0: not given.
    var batch = 0
    var isNative = false
    /// Whether the image changes, so that every instance is replaced.
    var isRolled = true
    /// Healthy instances at first, the fewest at any moment, and the least time.
    let now: Int
    let fewest: Int
    let seconds: Int
    var before: @Sendable (inout ServiceSpec) -> Void = { _ in }
    var change: @Sendable (inout ServiceSpec) -> Void = { _ in }
    var accident: @Sendable (inout Scene) -> Void = { _ in }

    init(
        _ name: String,
        _ replicas: Int = 3,
        now: Int,
        fewest: Int,
        seconds: Int,
        _ configure: (inout ForecastCase) -> Void = { _ in }
    ) {
        testDescription = name
        self.replicas = replicas
        self.now = now
        self.fewest = fewest
        self.seconds = seconds
        configure(&self)
    }

    static func policy(
        _ batch: BatchSize,
        _ order: UpdateOrder = .stopFirst,
        delay: Int = 0,
        monitor: Int = 5
    ) -> @Sendable (inout ServiceSpec) -> Void {
        {
            var policy = UpdatePolicy()
            policy.batch = batch
            policy.order = order
            policy.delay = .seconds(delay)
            policy.monitor = .seconds(monitor)
            $0.update = policy
        }
    }
}
