import Drivers
import ResourceModel

extension DriverConformance {
    /// Networks, volumes, secrets and configs.
    static var objectChecks: [(String, Check)] {
        [
            ("an empty cluster has an empty inventory", emptyInventory),
            ("objects carry their labels", labels),
            ("an operation that is performed again changes nothing", repetition),
            ("objects of one resource live side by side", supersede),
            ("what is not there can be removed", removal),
            ("an object that is not there cannot be updated", updateOfNothing),
        ]
    }

    private static let emptyInventory: Check = { check in
        let inventory = try await check.driver.inventory(ports: [])
        check.expect(inventory.objects.isEmpty && inventory.services.isEmpty, "something is there")
        check.expect(!inventory.nodes.isEmpty, "there is no node")
    }

    private static let labels: Check = { check in
        for kind in [ResourceKind.network, .volume, .config, .secret]
        where check.driver.capabilities.kinds.contains(kind) {
            let operation = check.create(kind, "\(kind.rawValue)-a")
            _ = try await check.driver.perform(operation)
            let inventory = try await check.driver.inventory(ports: [])
            let found = inventory.objects.filter { $0.address == operation.address }
            check.expect(found.map(\.name) == ["\(kind.rawValue)-a"], "\(kind) is listed as \(found.map(\.name))")
            check.expect(found.first?.labels == operation.labels, "\(kind) carries \(found.map(\.labels))")
        }
    }

    private static let repetition: Check = { check in
        let operation = check.create(.config, "settings-a")
        let first = try await check.driver.perform(operation)
        let second = try await check.driver.perform(operation)
        check.expect(!first.wasAlreadyDone, "the first time is called a repetition")
        check.expect(second.wasAlreadyDone, "the second time is not called a repetition")
        check.expect(first.bindings == second.bindings, "the bindings differ")
        let count = try await check.driver.inventory(ports: []).objects.count
        check.expect(count == 1, "there are \(count) objects")
        // Another apply that does not know of it finds it there: adopted, under the new operation.
        let other = check.create(.config, "settings-a")
        _ = try await check.driver.perform(other)
        let objects = try await check.driver.inventory(ports: []).objects
        check.expect(objects.map(\.labels.operation) == [other.id], "it is not adopted: \(objects)")
    }

    private static let supersede: Check = { check in
        for name in ["password-1", "password-2"] {
            _ = try await check.driver.perform(check.create(.secret, name, resource: "password"))
        }
        var names = try await check.driver.inventory(ports: []).objects.map(\.name)
        check.expect(names == ["password-1", "password-2"], "there are \(names)")
        let address = ResourceAddress(.secret, "password")
        _ = try await check.driver.perform(check.operation(.removeObject(address, name: "password-1"), address))
        names = try await check.driver.inventory(ports: []).objects.map(\.name)
        check.expect(names == ["password-2"], "after the removal of the first there are \(names)")
    }

    private static let removal: Check = { check in
        let network = ResourceAddress(.network, "nothing")
        _ = try await check.driver.perform(check.operation(.removeObject(network, name: "nothing"), network))
        let service = ResourceAddress(.service, "nothing")
        _ = try await check.driver.perform(check.operation(.removeService(name: "nothing"), service))
        let stop = OperationAction.stopInstance(service: "nothing", id: "nothing.1.00000000")
        _ = try await check.driver.perform(check.operation(stop, service))
    }

    private static let updateOfNothing: Check = { check in
        guard case .createObject(let resource, let name) = check.create(.network, "front").action else { return }
        let update = check.operation(.updateObject(resource, name: name), resource.address)
        await check.expectError(.notFound, "the update") { try await $0.perform(update) }
    }
}
