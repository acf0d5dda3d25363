import ResourceModel
import StateStores

/// Lists and maps in one column: canonical JSON, null when empty.
enum ListColumn {
    static func value(_ list: some CanonicalCodable) -> SQLValue {
        list.isAbsentWhenEncoded ? .null : .text(CanonicalText(list).text)
    }

    /// Reads the value back; nil: it was empty.
    static func read<Value: CanonicalCodable>(
        _ row: Row,
        _ column: Int32,
        _ name: String
    ) throws(StateStoreError) -> Value? {
        guard let text = row.optionalText(column) else { return nil }
        do throws(CanonicalError) {
            return try CanonicalText(text: text).decoded()
        } catch {
            throw .corrupt(path: row.path, detail: "the column \(name) cannot be read: \(error)")
        }
    }
}

/// An address in one text.
///
/// Read without asking whether the name is a valid one: what was recorded must stay readable.
enum AddressColumn {
    static func read(_ text: String) -> ResourceAddress? {
        guard let slash = text.firstIndex(of: "/"), let kind = ResourceKind(rawValue: String(text[..<slash])) else {
            return nil
        }
        return ResourceAddress(kind, String(text[text.index(after: slash)...]))
    }
}
