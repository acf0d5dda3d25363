import ResourceModel
import StateStores

/// What an apply began and has not recorded: what has no record, and services that it works on again.
enum AttemptTable {
    static func all(_ connection: Connection) throws(StateStoreError) -> Set<ResourceAddress> {
        var addresses: Set<ResourceAddress> = []
        try connection.prepare("SELECT kind, name FROM attempts")
            .rows { row throws(StateStoreError) in
                let kind = try row.decoded(0, "kind") { ResourceKind(rawValue: $0) }
                addresses.insert(ResourceAddress(kind, row.text(1)))
            }
        return addresses
    }

    /// Reads them into a state whose resources are read already.
    static func read(into state: inout RecordedState, _ connection: Connection) throws(StateStoreError) {
        let begun = try all(connection)
        guard !begun.isEmpty else { return }
        let services = Set(state.resources.map(\.address).filter { $0.kind == .service })
        state.begunAgain = begun.intersection(services)
        state.attempted = begun.subtracting(services)
        if !state.begunAgain.isEmpty { state.takenAway = try takenAway(connection).intersection(state.begunAgain) }
    }

    /// What was removed in a revision after that of its record.
    private static func takenAway(_ connection: Connection) throws(StateStoreError) -> Set<ResourceAddress> {
        var addresses: Set<ResourceAddress> = []
        try connection.prepare(
            """
            SELECT DISTINCT resources.kind, resources.name
            FROM attempts
            JOIN resources ON resources.kind = attempts.kind AND resources.name = attempts.name
            JOIN operations ON operations.kind = attempts.kind AND operations.name = attempts.name
            JOIN revisions ON revisions.plan = operations.plan
            WHERE operations.outcome = 'done' AND operations.action LIKE 'remove %'
              AND revisions.number > resources.revision
            """
        )
        .rows { row throws(StateStoreError) in
            let kind = try row.decoded(0, "kind") { ResourceKind(rawValue: $0) }
            addresses.insert(ResourceAddress(kind, row.text(1)))
        }
        return addresses
    }

    /// Notes an attempt at what has no record, or at a service.
    static func note(_ address: ResourceAddress, _ connection: Connection) throws(StateStoreError) {
        try connection.prepare(
            """
            INSERT INTO attempts (kind, name)
            SELECT ?1, ?2
            WHERE ?1 = 'service' OR NOT EXISTS (SELECT 1 FROM resources WHERE kind = ?1 AND name = ?2)
            ON CONFLICT DO NOTHING
            """
        )
        .run(.text(address.kind.rawValue), .text(address.name))
    }

    /// What was put on record or removed is no attempt any more.
    static func settle(_ changes: [RecordChange], _ connection: Connection) throws(StateStoreError) {
        guard !changes.isEmpty else { return }
        let remove = try connection.prepare("DELETE FROM attempts WHERE kind = ? AND name = ?")
        for change in changes {
            switch change {
            case .put(let resource): try run(remove, resource.address)
            case .remove(let address): try run(remove, address)
            }
        }
    }

    private static func run(_ statement: Statement, _ address: ResourceAddress) throws(StateStoreError) {
        try statement.run(.text(address.kind.rawValue), .text(address.name))
    }
}
