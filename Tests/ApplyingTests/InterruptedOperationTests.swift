import Applying
import ResourceModel
import Testing

@Suite("What became of an interrupted apply's operations")
struct InterruptedOperationTests {
    private static let labels = OwnershipLabels(
        project: "shop",
        address: ResourceAddress(.config, "page"),
        fingerprint: Fingerprint(text: String(repeating: "a", count: 64)),
        operation: "p-0-1"
    )

    @Test(
        "is read from the cluster, also of what was to go",
        arguments: [
            ("p-0-1", "create page-2", OperationOutcome.done), ("p-0-2", "create page-3", .failed),
            ("p-0-3", "remove page-1", .done), ("p-0-4", "remove page-2", .failed),
        ]
    )
    func outcomes(_ id: String, _ action: String, _ outcome: OperationOutcome) {
        let inventory = Inventory(objects: [ObservedObject(labels: Self.labels, name: "page-2")])
        let operation = OperationRecord(
            id: id,
            plan: "p",
            address: Self.labels.address,
            action: action,
            startedAt: Timestamp(milliseconds: 1)
        )
        #expect(resolveInterrupted(open: [operation], inventory: inventory).map(\.outcome) == [outcome])
    }
}
