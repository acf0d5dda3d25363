import OrchplanTestSupport
import StateDatabase
import Testing

@Suite("The SQLite store keeps the contract of every store")
struct SQLiteConformanceTests {
    @Test(arguments: StateStoreConformance.cases)
    func conforms(_ example: StateStoreConformance.Case) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let names = UniqueNames()
        try await example.run { liveness, clock in
            try SQLiteStateStore.initialise(
                path: "\(folder.path)/\(await names.next())/state.db",
                project: "demo",
                liveness: liveness,
                clock: clock
            )
        }
    }
}

private actor UniqueNames {
    private var count = 0

    func next() -> String {
        count += 1
        return "s\(count)"
    }
}
