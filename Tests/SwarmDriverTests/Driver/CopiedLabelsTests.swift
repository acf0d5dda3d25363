import Drivers
import ResourceModel
import Testing

@testable import SwarmDriver

/// Labels are copied with one command; what carries copies is never taken for the project's own.
@Suite("Objects with copies of our labels", .timeLimit(.minutes(1)))
struct CopiedLabelsTests {
    private let web = ResourceAddress(.service, "web")

    private func record(_ resource: Resource, _ object: String, id: String?) -> RecordedResource {
        RecordedResource(
            address: resource.address,
            resource: CanonicalText(resource),
            fingerprint: Fingerprint(text: "f"),
            objectName: object,
            bindings: id.map { ["id": $0] } ?? [:]
        )
    }

    private func service(named name: String? = nil) -> Resource {
        var spec = ServiceSpec()
        spec.image = "a:1"
        spec.name = name
        return Resource(address: web, spec: .service(spec))
    }

    private func define(_ resource: Resource) -> Drivers.Operation {
        let spec = resource.spec.service ?? ServiceSpec()
        let labels = OwnershipLabels(
            project: "shop",
            address: web,
            fingerprint: Fingerprint(text: "f2"),
            operation: "op-2"
        )
        let definition = ServiceDefinition(
            resource: resource,
            spec: spec,
            template: Fingerprint(text: "t2"),
            replicas: 1,
            update: spec.effectiveUpdate,
            rollback: spec.effectiveRollback
        )
        return Operation(id: "op-2", labels: labels, action: .defineService(definition))
    }

    /// The copy is first in the list and older, and what tells the own one: its id, its name, a name of its own.
    @Test(
        "the recorded id or the name decides, whatever the order",
        arguments: [("shop_web", "own" as String?, nil as String?), ("shop_web", nil, nil), ("odd", nil, "odd")]
    )
    func chosen(name: String, id: String?, given: String?) async throws {
        let services = [
            FakeSwarm.service("copy", "copied", replicas: 9), FakeSwarm.service("own", name, replicas: 2),
        ]
        let resource = service(named: given)
        let recorded = [record(resource, "web", id: id)]
        try await FakeSwarm.with(["services": services], recorded: recorded) { swarm in
            let inventory = try await swarm.driver.inventory(ports: [], recorded: recorded)
            #expect(inventory.services.map(\.desiredReplicas) == [2])
            #expect(inventory.copies == [LabelCopy(address: web, name: "copied")])
            #expect(try await swarm.driver.observe(service: "web")?.desiredReplicas == 2)
            var watch = swarm.driver.watch(service: "web").makeAsyncIterator()
            #expect(try await watch.next()??.desiredReplicas == 2)
            _ = try await swarm.driver.perform(define(resource))
            _ = try await swarm.driver.removeService("web")
            #expect(swarm.changes == ["POST services/own/update", "DELETE services/own"])
        }
    }

    @Test("where ours is gone, a copy does not stand in for it: it is made again, and nothing else is removed")
    func gone() async throws {
        let recorded = [record(service(), "web", id: "own")]
        try await FakeSwarm.with(["services": [FakeSwarm.service("copy", "copied")]], recorded: recorded) { swarm in
            let inventory = try await swarm.driver.inventory(ports: [], recorded: recorded)
            #expect(inventory.services.isEmpty && inventory.copies.map(\.name) == ["copied"])
            #expect(try await swarm.driver.removeService("web").wasAlreadyDone)
            _ = try await swarm.driver.perform(define(service()))
            #expect(swarm.changes == ["POST services/create"])
        }
    }

    @Test(
        "the same for networks, volumes, secrets and configs",
        arguments: [
            ResourceKind.network, .volume, .secret, .config,
        ]
    )
    func objects(_ kind: ResourceKind) async throws {
        let address = ResourceAddress(kind, "thing")
        func object(_ id: String, _ name: String) -> String {
            let labels =
                #"{"orchplan.project":"shop","orchplan.address":"\#(address)","orchplan.name":"thing-1"}"#
            let spec = #""Name":"\#(name)","Labels":\#(labels)"#
            return switch kind {
            case .network: #"{"Id":"\#(id)",\#(spec)}"#
            case .volume: #"{"Mountpoint":"/m",\#(spec)}"#
            default: #"{"ID":"\#(id)","Version":{"Index":1},"Spec":{\#(spec)}}"#
            }
        }
        let list = "\(kind.rawValue)s"
        let items = [object("copy", "a-copy"), object("own", "shop_thing-1")]
        let own = kind == .volume ? "shop_thing-1" : "own"
        try await FakeSwarm.with([list: items]) { swarm in
            let inventory = try await swarm.driver.inventory(ports: [])
            #expect(inventory.objects.map(\.name) == ["thing-1"])
            #expect(inventory.copies == [LabelCopy(address: address, name: "a-copy")])
            let names: Set<String>? = kind == .volume ? nil : ["a-copy", "shop_thing-1"]
            #expect(inventory.external?[kind] == names, "what manifests may name as external")
            _ = try? await swarm.driver.remove(address, name: "thing-1")
            #expect(swarm.changes.first == "DELETE \(list)/\(own)")
            #expect(!swarm.changes.contains { $0.contains("copy") })
        }
    }
}
