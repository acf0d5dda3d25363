import StateStores
import Testing

@testable import StateDatabase

@Suite("Writes of one transaction")
struct GroupTests {
    /// A table in which a number can be only once.
    private func numbers(_ folder: TemporaryFolder) throws -> Connection {
        _ = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let connection = try Connection(path: folder.state)
        try connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT")
        return connection
    }

    private func all(_ connection: Connection) throws -> [Int] {
        var numbers: [Int] = []
        try connection.prepare("SELECT number FROM numbers ORDER BY number").rows { numbers.append($0.integer(0)) }
        return numbers
    }

    @Test("are durable together when the call returns; one that is refused is refused alone")
    func refusedAlone() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let connection = try numbers(folder)
        let other = try Connection(path: folder.state)
        var seen: [Int] = []
        let results = connection.writeEach([1, 2, 1, 3, -1, 4]) { number throws(StateStoreError) in
            try connection.prepare("INSERT INTO numbers VALUES (?)").run(.integer(number))
            // Half of a write that fails then must not stay.
            if number < 0 { throw .io(path: folder.state, detail: "refused") }
            seen = (try? all(other)) ?? [-1]
        }
        #expect(seen.isEmpty, "nothing is there before all are")
        #expect(results.map { (try? $0.get()) != nil } == [true, true, false, true, false, true])
        #expect(try all(other) == [1, 2, 3, 4])
    }

    @Test("that cannot be committed as a whole are written one by one")
    func oneByOne() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let connection = try numbers(folder)
        let results = connection.writeEach([1, 2, 3]) { number throws(StateStoreError) in
            try connection.prepare("INSERT INTO numbers VALUES (?)").run(.integer(number))
            // What a failing write can do to the transaction of its neighbours.
            guard number == 2 else { return }
            try connection.execute("ROLLBACK")
            throw .io(path: folder.state, detail: "the disk is full")
        }
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try all(connection) == [1, 3])
    }
}
