import CSQLite
import StateStores

/// A value that a statement is given.
enum SQLValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    static func optional(_ value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }
    static func optional(_ value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }
}

/// A prepared statement: bound, stepped, reset, used again.
final class Statement {
    private let pointer: OpaquePointer
    private unowned let connection: Connection
    private let verb: String
    /// Tells SQLite to copy what is bound before the call returns.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    init(_ pointer: OpaquePointer, connection: Connection, verb: String) {
        self.pointer = pointer
        self.connection = connection
        self.verb = verb
    }

    deinit {
        sqlite3_finalize(pointer)
    }

    /// Ends the run and forgets the bindings; a failure was thrown by the step that met it.
    func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    /// Runs the statement with `values` to its end; rows are dropped.
    func run(_ values: SQLValue...) throws(StateStoreError) {
        defer { reset() }
        try bind(values)
        while try step() {}
    }

    /// Runs the statement and hands every row to `body`, in order.
    func rows(_ values: SQLValue..., body: (Row) throws(StateStoreError) -> Void) throws(StateStoreError) {
        defer { reset() }
        try bind(values)
        let row = Row(pointer: pointer, path: connection.path)
        while try step() { try body(row) }
    }

    /// The first row as `body` reads it; nil: there is none.
    func first<Result>(
        _ values: SQLValue...,
        body: (Row) throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result? {
        defer { reset() }
        try bind(values)
        guard try step() else { return nil }
        return try body(Row(pointer: pointer, path: connection.path))
    }

    private func step() throws(StateStoreError) -> Bool {
        let code = sqlite3_step(pointer)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.failure(code, doing: "running \(verb)")
        }
    }

    private func bind(_ values: [SQLValue]) throws(StateStoreError) {
        for (offset, value) in values.enumerated() {
            let code = bind(value, at: Int32(offset + 1))
            guard code == SQLITE_OK else { throw connection.failure(code, doing: "binding a value for \(verb)") }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(pointer, index)
        case .integer(let number): return sqlite3_bind_int64(pointer, index, number)
        case .text(var text):
            // With its length, so that a NUL inside does not end it.
            return text.withUTF8 { bytes in
                guard let base = bytes.baseAddress else {
                    return sqlite3_bind_text(pointer, index, "", 0, Self.transient)
                }
                return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                    sqlite3_bind_text64(
                        pointer,
                        index,
                        characters,
                        UInt64(bytes.count),
                        Self.transient,
                        UInt8(SQLITE_UTF8)
                    )
                }
            }
        case .blob(let bytes):
            return bytes.isEmpty
                ? sqlite3_bind_zeroblob(pointer, index, 0)
                : sqlite3_bind_blob64(pointer, index, bytes, UInt64(bytes.count), Self.transient)
        }
    }
}
