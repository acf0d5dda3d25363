import CSQLite
import StateStores

/// The row that a statement stands on; only valid until the next step.
struct Row {
    let pointer: OpaquePointer
    let path: String

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(pointer, column)) }
    func integer64(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    func optionalInteger64(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer64(column)
    }

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

    /// The value that `read` makes of a text, or the error that the state is damaged.
    func decoded<Value>(_ column: Int32, _ name: String, _ read: (String) -> Value?) throws(StateStoreError) -> Value {
        guard let value = read(text(column)) else {
            throw .corrupt(path: path, detail: "the column \(name) holds a value that orchplan never writes")
        }
        return value
    }
}
