import ResourceModel
import StateStores

/// The recorded resources.
enum ResourceTable {
    private static let columns =
        "name, spec, fingerprint, object_name, retired_objects, bindings, revision, protect, needs"

    /// All of them in the order of their addresses: kind by kind, each by the bytes of the name, as the index has them.
    static func all(_ connection: Connection) throws(StateStoreError) -> [RecordedResource] {
        let count = try connection.prepare("SELECT count(*) FROM resources").first { $0.integer(0) } ?? 0
        var resources: [RecordedResource] = []
        resources.reserveCapacity(count)
        let statement = try connection.prepare("SELECT \(columns) FROM resources WHERE kind = ? ORDER BY name")
        for kind in ResourceKind.allCases.sorted() {
            try statement.rows(.text(kind.rawValue)) { row throws(StateStoreError) in
                resources.append(try resource(kind, row))
            }
        }
        guard resources.count == count else {
            throw .corrupt(path: connection.path, detail: "a resource is of a kind that orchplan does not know")
        }
        return resources
    }

    static func apply(_ changes: [RecordChange], _ connection: Connection) throws(StateStoreError) {
        guard !changes.isEmpty else { return }
        let put = try connection.prepare(
            """
            INSERT INTO resources (kind, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, name) DO UPDATE SET spec = excluded.spec, fingerprint = excluded.fingerprint,
                object_name = excluded.object_name, retired_objects = excluded.retired_objects,
                bindings = excluded.bindings, revision = excluded.revision, protect = excluded.protect,
                needs = excluded.needs
            """
        )
        let remove = try connection.prepare("DELETE FROM resources WHERE kind = ? AND name = ?")
        for change in changes {
            switch change {
            case .put(let resource): try bind(resource, to: put)
            case .remove(let address): try remove.run(.text(address.kind.rawValue), .text(address.name))
            }
        }
    }

    private static func bind(_ resource: RecordedResource, to statement: Statement) throws(StateStoreError) {
        try statement.run(
            .text(resource.address.kind.rawValue),
            .text(resource.address.name),
            .text(resource.resource.text),
            .text(resource.fingerprint.text),
            .text(resource.objectName),
            ListColumn.value(resource.retiredObjects),
            ListColumn.value(resource.bindings),
            .integer(resource.revision),
            .integer(resource.protect ? 1 : 0),
            ListColumn.value(resource.needs.map(\.description))
        )
    }

    private static func resource(_ kind: ResourceKind, _ row: Row) throws(StateStoreError) -> RecordedResource {
        RecordedResource(
            address: ResourceAddress(kind, row.text(0)),
            resource: CanonicalText(text: row.text(1)),
            fingerprint: Fingerprint(text: row.text(2)),
            objectName: row.text(3),
            retiredObjects: try ListColumn.read(row, 4, "retired_objects") ?? [],
            bindings: try ListColumn.read(row, 5, "bindings") ?? [:],
            revision: row.integer(6),
            protect: row.integer(7) != 0,
            needs: try addresses(row, 8)
        )
    }

    private static func addresses(_ row: Row, _ column: Int32) throws(StateStoreError) -> [ResourceAddress] {
        guard let texts: [String] = try ListColumn.read(row, column, "needs") else { return [] }
        var addresses: [ResourceAddress] = []
        addresses.reserveCapacity(texts.count)
        for text in texts {
            guard let address = AddressColumn.read(text) else {
                throw .corrupt(path: row.path, detail: "the column needs holds a value that orchplan never writes")
            }
            addresses.append(address)
        }
        return addresses
    }
}
