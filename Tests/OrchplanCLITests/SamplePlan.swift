import Plans
import ResourceModel

/// Plans made by hand that hold one of everything a view has to show.
enum SamplePlan {
    static let everything: Plan = {
        var plan = Plan(
            project: "shop",
            lineage: "5b0c",
            serial: 41,
            createdAt: Timestamp(milliseconds: 1_795_243_320_000),
            driver: "local",
            steps: [network, config, secret, database, web, worker, cache, migrate, retired, oldVolume, oldService],
            unchangedCount: 6
        )
        plan.steps.append(recorded)
        for index in plan.steps.indices { plan.steps[index].id = index }
        plan.drift = [
            DriftItem(address: .init(.service, "web"), description: "2 of 3 instances run", isRepaired: true),
            DriftItem(
                address: .init(.volume, "media"),
                description: "the driver option size is 20GiB, recorded is 10GiB",
                isRepaired: false
            ),
        ]
        plan.findings = [
            PlanFinding(
                code: "OP3001",
                severity: .warning,
                address: .init(.service, "db"),
                message: "this update leaves no healthy instance for a while: one replica that stops first",
                help: "set update.order to startFirst, or replicas to 2 or more"
            ),
            PlanFinding(
                code: "OP3007",
                severity: .note,
                address: .init(.volume, "old-uploads"),
                message: "destroying this volume destroys its data"
            ),
        ]
        plan.forecast = Forecast(
            services: [
                ServiceForecast(
                    address: .init(.service, "web"),
                    healthyBefore: 2,
                    fewestHealthy: 2,
                    desired: 4,
                    minimumDuration: .seconds(30)
                ),
                ServiceForecast(
                    address: .init(.service, "db"),
                    healthyBefore: 1,
                    fewestHealthy: 0,
                    desired: 1,
                    minimumDuration: .seconds(5)
                ),
            ],
            minimumDuration: .seconds(95)
        )
        return plan
    }()

    static let nothing = Plan(
        project: "shop",
        lineage: "5b0c",
        serial: 42,
        createdAt: Timestamp(milliseconds: 0),
        driver: "local",
        unchangedCount: 14
    )

    /// A plan of 240 new services, one update and one deletion.
    static let large: Plan = {
        var steps = (1...240)
            .map { number in
                PlanStep(
                    id: number - 1,
                    address: .init(.service, "shard-\(number)"),
                    action: .create,
                    reasons: [.notRecorded],
                    after: CanonicalText(
                        Resource(address: .init(.service, "shard-\(number)"), spec: .service(.init()))
                    ),
                    batch: number / 10
                )
            }
        steps += [database, oldService].enumerated()
            .map { index, step in
                var step = step
                step.id = 240 + index
                step.batch = 25 + index
                return step
            }
        return Plan(
            project: "shards",
            lineage: "77aa",
            serial: 3,
            createdAt: Timestamp(milliseconds: 0),
            driver: "simulated",
            steps: steps
        )
    }()

    static func fingerprint(_ digit: Character) -> Fingerprint {
        Fingerprint(text: String(repeating: digit, count: 64))
    }

    static func text(_ address: ResourceAddress, _ spec: ResourceSpec) -> CanonicalText {
        CanonicalText(Resource(address: address, spec: spec))
    }
}
