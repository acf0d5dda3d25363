import Drivers
import ResourceModel
import Testing

@testable import SwarmDriver

/// A volume that an instance made on its node carries fewer labels than one that an apply made.
@Suite("Volumes that tasks made", .timeLimit(.minutes(1)))
struct TaskVolumeTests {
    private let address = ResourceAddress(.volume, "data")

    private func volume(driver: String = "local", options: String = "null") -> String {
        """
        {"Name":"shop_data","Driver":"\(driver)","Mountpoint":"/m","Options":\(options),"Labels":
        {"orchplan.project":"shop","orchplan.address":"volume/data","orchplan.name":"data"}}
        """
    }

    private func record(_ resource: Resource) -> RecordedResource {
        RecordedResource(
            address: address,
            resource: CanonicalText(resource),
            fingerprint: Fingerprint(text: "as-applied"),
            objectName: "data",
            bindings: ["id": "shop_data"]
        )
    }

    private func operation(_ resource: Resource) -> Drivers.Operation {
        let labels = OwnershipLabels(
            project: "shop",
            address: address,
            fingerprint: Fingerprint(text: "as-applied"),
            operation: "op-1"
        )
        return Operation(id: "op-1", labels: labels, action: .createObject(resource, name: "data"))
    }

    private func resource(_ options: SortedMap<String> = [:]) -> Resource {
        var spec = VolumeSpec()
        spec.driverOptions = options
        return Resource(address: address, spec: .volume(spec))
    }

    @Test("one that is made as recorded is no drift for want of labels; one that is made otherwise is")
    func drift() async throws {
        let options: SortedMap<String> = ["type": "tmpfs"]
        for (there, declared, isAsRecorded) in [
            (volume(), resource(), true), (volume(options: #"{"type":"tmpfs"}"#), resource(options), true),
            (volume(options: #"{"type":"nfs"}"#), resource(options), false),
            (volume(driver: "other"), resource(), false),
        ] {
            try await FakeSwarm.with(["volumes": [there]]) { swarm in
                let inventory = try await swarm.driver.inventory(ports: [], recorded: [record(declared)])
                let found = inventory.objects.map(\.labels.fingerprint.text)
                #expect(found == [isAsRecorded ? "as-applied" : ""], "\(there)")
            }
        }
    }

    @Test("one that is there as wanted is taken, and nothing is sent; one that is there otherwise is refused")
    func taken() async throws {
        try await FakeSwarm.with(["volumes": [volume()]]) { swarm in
            let result = try await swarm.driver.perform(operation(resource()))
            #expect(result.wasAlreadyDone && result.bindings["id"] == "shop_data")
            await #expect {
                _ = try await swarm.driver.perform(operation(resource(["type": "tmpfs"])))
            } throws: {
                ($0 as? DriverError)?.code == .invalid
            }
            #expect(swarm.changes.isEmpty)
        }
    }
}
