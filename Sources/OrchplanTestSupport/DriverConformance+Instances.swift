import Drivers
import ResourceModel

extension DriverConformance {
    /// Instances of a driver that leaves rollouts to apply.
    static var instanceChecks: [(String, Check)] {
        [
            ("an instance starts in its slot, once", start),
            ("a stopped instance is gone when the call returns", stop),
            ("a new definition leaves instances as they are", redefinition),
            ("old and new may share a slot", replacement),
            ("an instance needs a service, and the present template", refusals),
            ("an instance that ends badly says how", crash),
        ]
    }

    private static let start: Check = { check in
        guard !check.driver.capabilities.nativeRollout else { return }
        _ = try await check.driver.perform(check.define("web", replicas: 2))
        let operation = check.startOperation("web", slot: 1, id: "web.1.00000001")
        _ = try await check.driver.perform(operation)
        let again = try await check.driver.perform(operation)
        check.expect(again.wasAlreadyDone, "the second time is not called a repetition")
        // The same instance, asked for by an apply that does not know of it.
        try await check.start("web", slot: 1, id: "web.1.00000001")
        try await check.start("web", slot: 2, id: "web.2.00000002")
        let service = await check.waitFor("both to be healthy") { service in
            service?.instances.count { $0.isHealthy } == 2
        }
        let found = service?.instances.map { "\($0.slot) \($0.id)" }.sorted() ?? []
        check.expect(found == ["1 web.1.00000001", "2 web.2.00000002"], "there are \(found)")
        check.expect(service?.instances.allSatisfy { $0.restarts == 0 } ?? false, "some were restarted")
    }

    private static let stop: Check = { check in
        guard !check.driver.capabilities.nativeRollout else { return }
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        try await check.start("web", slot: 1, id: "web.1.00000001")
        await check.waitFor("web to run") { $0?.instances.first?.phase == .running }
        let operation = check.stopOperation("web", id: "web.1.00000001")
        _ = try await check.driver.perform(operation)
        let service = try await check.driver.observe(service: "web")
        check.expect(service?.instances == [], "there are \(String(describing: service?.instances))")
        _ = try await check.driver.perform(operation)
    }

    private static let redefinition: Check = { check in
        guard !check.driver.capabilities.nativeRollout else { return }
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        try await check.start("web", slot: 1, id: "web.1.00000001")
        let before = await check.waitFor("web to run") { $0?.instances.first?.phase == .running }
        let operation = check.define("web", replicas: 1, version: 2)
        _ = try await check.driver.perform(operation)
        let after = try await check.driver.observe(service: "web")
        check.expect(after?.instances.map(\.id) == before?.instances.map(\.id), "the instances are others")
        check.expect(after?.instances.first?.template == check.template(1), "the instance's template changed")
        check.expect(after?.template == check.template(2), "the service's template did not change")
        check.expect(after?.labels.operation == operation.id, "the labels are the old ones")
    }

    private static let replacement: Check = { check in
        guard !check.driver.capabilities.nativeRollout else { return }
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        try await check.start("web", slot: 1, id: "web.1.00000001")
        _ = try await check.driver.perform(check.define("web", replicas: 1, version: 2))
        try await check.start("web", slot: 1, id: "web.1.00000002", version: 2)
        await check.waitFor("both to be healthy") { service in service?.instances.count { $0.isHealthy } == 2 }
        _ = try await check.driver.perform(check.stopOperation("web", id: "web.1.00000001"))
        let service = try await check.driver.observe(service: "web")
        check.expect(service?.instances.map(\.template) == [check.template(2)], "the wrong one went")
        check.expect(service?.instances.first?.isHealthy ?? false, "the new one is not healthy any more")
    }

    private static let refusals: Check = { check in
        guard !check.driver.capabilities.nativeRollout else { return }
        let orphan = check.startOperation("nothing", slot: 1, id: "nothing.1.00000001")
        await check.expectError(.notFound, "a start without a service") { try await $0.perform(orphan) }
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        let outdated = check.startOperation("web", slot: 1, id: "web.1.00000001", version: 2)
        await check.expectError(.conflict, "a start of another template") { try await $0.perform(outdated) }
        let service = try await check.driver.observe(service: "web")
        check.expect(service?.instances.isEmpty ?? false, "it was started")
    }

    private static let crash: Check = { check in
        guard !check.driver.capabilities.nativeRollout else { return }
        _ = try await check.driver.perform(
            check.define("crash", replicas: 1, command: ["sh", "-c", "echo oh no; exit 3"])
        )
        try await check.start("crash", slot: 1, id: "crash.1.00000001")
        let service = await check.waitFor("crash to fail", of: "crash") { $0?.instances.first?.phase == .failed }
        check.expect(service?.instances.first?.exitStatus == .code(3), "its exit status is lost")
        check.expect(service?.instances.first?.isHealthy == false, "it counts as healthy")
        let logs = await check.driver.recentLogs(instance: "crash.1.00000001", lines: 10)
        check.expect(!logs.isEmpty && logs.count <= 10, "its log has \(logs.count) lines")
    }
}
