import CSQLite
import ResourceModel
import StateStores

/// The row that a statement stands on; only valid until the next step.
struct Row {
    let pointer: OpaquePointer
    let path: String

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(pointer, column)) }
    func integer64(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

    func text(_ column: Int32) -> String {
        guard let characters = sqlite3_column_text(pointer, column) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: characters, count: count), as: UTF8.self)
    }

    func optionalText(_ column: Int32) -> String? {
        isNull(column) ? nil : text(column)
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(pointer, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    /// A count or a number that grows by one, of which no state has more than a double can tell apart.
    func number(_ column: Int32, _ name: String, from lowest: Int64 = 0) throws(StateStoreError) -> Int {
        let value = integer64(column)
        guard (lowest...1 << 53).contains(value) else { throw strange(name) }
        return Int(value)
    }

    /// A time between the years 0 and 9999.
    func time(_ column: Int32, _ name: String) throws(StateStoreError) -> Timestamp {
        let value = integer64(column)
        guard (-62_167_219_200_000..<253_402_300_800_000).contains(value) else { throw strange(name) }
        return Timestamp(milliseconds: value)
    }

    func optionalTime(_ column: Int32, _ name: String) throws(StateStoreError) -> Timestamp? {
        isNull(column) ? nil : try time(column, name)
    }

    /// The value that `read` makes of a text, or the error that the state is damaged.
    func decoded<Value>(_ column: Int32, _ name: String, _ read: (String) -> Value?) throws(StateStoreError) -> Value {
        guard let value = read(text(column)) else { throw strange(name) }
        return value
    }

    private func strange(_ name: String) -> StateStoreError {
        .corrupt(path: path, detail: "the column \(name) holds a value that orchplan never writes")
    }
}
