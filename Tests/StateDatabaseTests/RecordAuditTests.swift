import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@testable import StateDatabase

@Suite("Records mean what they say")
struct RecordAuditTests {
    private static func record(_ resource: Resource, _ state: RecordedState) -> RecordedResource {
        var fingerprinter = Fingerprinter(key: state.key)
        return RecordedResource(
            address: resource.address,
            resource: CanonicalText(resource),
            fingerprint: fingerprinter.fingerprint(resource),
            objectName: resource.contentObjectName(fingerprinter: &fingerprinter) ?? resource.address.name,
            revision: 1
        )
    }

    /// A state with two services, a secret and a volume, as a converged revision left them, after some SQL.
    private static func problems(after sql: String, outcome: RevisionOutcome = .converged) async throws -> [String] {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo", liveness: { _ in .alive })
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        let state = try await store.snapshot()
        var secret = SecretSpec()
        secret.source = .generate(length: 8, charset: "abc", rotation: 0)
        var web = ServiceSpec()
        web.image = "example/web:1"
        let records = [
            Resource(address: .init(.secret, "gen"), spec: .secret(secret)),
            Resource(address: .init(.service, "db"), spec: .service(ServiceSpec())),
            Resource(address: .init(.service, "web"), spec: .service(web)),
            Resource(address: .init(.volume, "data"), spec: .volume(VolumeSpec())),
        ]
        .map { record($0, state) }
        let desired = records.map(\.resource.text)
        let number = try await store.beginRevision(
            StateStoreConformance.revision(plan: "p", desired: desired),
            grant
        )
        for (index, record) in records.enumerated() {
            let operation = StateStoreConformance.operation("\(index)", .done)
            try await store.recordOutcome(operation, [.put(record)], grant)
        }
        try await store.endRevision(number, outcome: outcome, summary: "", at: Timestamp(milliseconds: 9), grant)
        if !sql.isEmpty {
            let connection = try Connection(path: folder.state)
            try connection.execute(sql)
            connection.close()
        }
        #expect(try await store.verify().isEmpty)
        let changed = try await store.snapshot()
        let last = try await store.revision(changed.lastRevision)
        await store.close()
        return RecordAudit.problems(of: changed, last: last)
    }

    @Test("what orchplan wrote is whole")
    func whole() async throws {
        #expect(try await Self.problems(after: "") == [])
        #expect(try await Self.problems(after: "", outcome: .failed) == [])
    }

    @Test(
        "a row that another program changed is named",
        arguments: [
            ("UPDATE resources SET spec = '{}' WHERE name = 'web'", "service/web cannot be read as a service"),
            ("UPDATE resources SET object_name = 'db' WHERE name = 'web'", "service/web names an object"),
            ("UPDATE resources SET object_name = 'x-1' WHERE name = 'gen'", "secret/gen names an object"),
            (
                "DELETE FROM resources WHERE name = 'web'",
                "service/web was recorded by revision 1, and its record is gone"
            ),
            ("UPDATE project SET serial = -5", "the serial is -5"),
            ("UPDATE resources SET name = 'api' WHERE name = 'web'", "service/api holds service/web"),
            ("UPDATE resources SET fingerprint = 'a' WHERE name = 'data'", "volume/data is not what its fingerprint"),
            ("UPDATE resources SET spec = replace(spec, 'web:1', 'web:2')", "service/web is not what its fingerprint"),
            ("UPDATE resources SET revision = 7 WHERE name = 'db'", "service/db is of revision 7"),
            ("INSERT INTO attempts VALUES ('service', 'db')", "service/db was seen through by the last revision"),
            ("INSERT INTO attempts VALUES ('volume', 'data')", "volume/data has a record, and counts as begun"),
        ]
    )
    func changed(_ sql: String, _ words: String) async throws {
        let problems = try await Self.problems(after: sql)
        #expect(problems.count == 1 && problems[0].contains(words), "\(problems)")
    }
}
