import Drivers
import ResourceModel

extension DriverConformance {
    /// Services as a whole.
    static var serviceChecks: [(String, Check)] {
        [
            ("a service that is not there is nil, not an error", absence),
            ("a defined service carries its labels", definition),
            ("a removed service is gone when the call returns", serviceRemoval),
            ("a watch gives the present state first and never loses the last", watch),
            ("events open with an opening and tell of every service that changes", events),
            ("every instance is measured", measurements),
        ]
    }

    private static let absence: Check = { check in
        let service = try await check.driver.observe(service: "nothing")
        check.expect(service == nil, "it is \(String(describing: service))")
    }

    private static let definition: Check = { check in
        let operation = check.define("web", replicas: 0)
        _ = try await check.driver.perform(operation)
        let service = try await check.driver.observe(service: "web")
        check.expect(service?.labels == operation.labels, "it carries \(String(describing: service?.labels))")
        check.expect(service?.template == check.template(1), "its template is another")
        check.expect(service?.desiredReplicas == 0, "it aims at \(String(describing: service?.desiredReplicas))")
        let again = try await check.driver.perform(operation)
        check.expect(again.wasAlreadyDone, "the second time is not called a repetition")
        let listed = try await check.driver.inventory(ports: []).services
        check.expect(listed.count == 1 && listed.first?.labels == operation.labels, "the inventory has \(listed)")
    }

    private static let serviceRemoval: Check = { check in
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        if !check.driver.capabilities.nativeRollout { try await check.start("web", slot: 1, id: "web.1.00000001") }
        await check.waitFor("web to run") { $0?.instances.first?.phase == .running }
        let address = ResourceAddress(.service, "web")
        _ = try await check.driver.perform(check.operation(.removeService(name: "web"), address))
        let service = try await check.driver.observe(service: "web")
        check.expect(service == nil, "it is still there")
        let listed = try await check.driver.inventory(ports: []).services
        check.expect(listed.isEmpty, "the inventory has \(listed)")
    }

    private static let watch: Check = { check in
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        var states = check.driver.watch(service: "web").makeAsyncIterator()
        let first = try await states.next()
        check.expect(first??.address.name == "web", "the first state is \(String(describing: first))")
        if !check.driver.capabilities.nativeRollout { try await check.start("web", slot: 1, id: "web.1.00000001") }
        while let state = try await states.next(), state?.instances.first?.phase != .running {}
        let address = ResourceAddress(.service, "web")
        _ = try await check.driver.perform(check.operation(.removeService(name: "web"), address))
        while let state = try await states.next(), state != nil {}
    }

    private static let events: Check = { check in
        var events = check.driver.events().makeAsyncIterator()
        let first = try await events.next()
        check.expect(first?.kind == .opened, "the first event is \(String(describing: first))")
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        while let event = try await events.next(), event.kind != .changed || event.service != "web" {}
        if !check.driver.capabilities.nativeRollout { try await check.start("web", slot: 1, id: "web.1.00000001") }
        // Whoever looks at each event sees the last state sooner or later.
        while try await check.driver.observe(service: "web")?.instances.first?.phase != .running {
            guard try await events.next() != nil else { return check.violate("the events ended") }
        }
    }

    private static let measurements: Check = { check in
        _ = try await check.driver.perform(check.define("web", replicas: 1))
        if !check.driver.capabilities.nativeRollout { try await check.start("web", slot: 1, id: "web.1.00000001") }
        let service = await check.waitFor("web to run") { $0?.instances.first?.phase == .running }
        let measured = try await check.driver.measurements()
        check.expect(measured.map(\.service) == ["web"], "services are \(measured.map(\.service))")
        let ids = measured.first?.instances.map(\.id) ?? []
        check.expect(ids == service?.instances.map(\.id), "instances are \(ids)")
        check.expect(measured.first?.instances.first?.restarts == 0, "restarts are counted that were none")
    }
}
