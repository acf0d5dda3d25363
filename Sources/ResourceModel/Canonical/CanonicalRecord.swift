/// A struct that is written as an object, field by field in the order of its table.
package protocol CanonicalRecord: CanonicalCodable {
    /// The value with every field at its default.
    init()

    /// One row per stored property. The order is the order in canonical text and must not change between releases.
    static var fields: [CanonicalField<Self>] { get }
}

/// One row of a record's table: a name, what a change of it touches, and how it is written and read.
package struct CanonicalField<Root>: Sendable {
    package let name: StaticString
    package let scope: CanonicalScope
    /// Whether a new value needs a new object (a network's driver, a service's mode).
    package let forcesReplacement: Bool
    /// Writes the field of the record that the pointer leads to.
    let write: @Sendable (UnsafePointer<Root>, inout CanonicalWriter) -> Void
    let read: @Sendable (inout Root, CanonicalValue) throws(CanonicalError) -> Void

    /// A field that is always there, unless its value is an empty list or map.
    package init<Value: CanonicalCodable>(
        _ name: StaticString,
        _ path: WritableKeyPath<Root, Value> & Sendable,
        _ scope: CanonicalScope = .instance,
        replaces: Bool = false
    ) {
        self.name = name
        self.scope = scope
        forcesReplacement = replaces
        let offset = MemoryLayout<Root>.offset(of: path)
        write = { root, writer in
            let value = Self.value(root, offset, path)
            guard !value.isAbsentWhenEncoded else { return }
            writer.key(name)
            value.encode(to: &writer)
        }
        read = { root, value throws(CanonicalError) in root[keyPath: path] = try Value(canonical: value) }
    }

    /// A field that is left out when nil.
    package init<Value: CanonicalCodable>(
        _ name: StaticString,
        _ path: WritableKeyPath<Root, Value?> & Sendable,
        _ scope: CanonicalScope = .instance,
        replaces: Bool = false
    ) {
        self.name = name
        self.scope = scope
        forcesReplacement = replaces
        let offset = MemoryLayout<Root>.offset(of: path)
        write = { root, writer in
            guard let value = Self.value(root, offset, path) else { return }
            writer.key(name)
            value.encode(to: &writer)
        }
        read = { root, value throws(CanonicalError) in root[keyPath: path] = try Value(canonical: value) }
    }
}

extension CanonicalField {
    /// The field's value, straight from where the record stores it: a key path would be walked step by step each time.
    @inline(__always)
    private static func value<Value>(
        _ root: UnsafePointer<Root>,
        _ offset: Int?,
        _ path: WritableKeyPath<Root, Value>
    ) -> Value {
        // Only a property that is not stored in line has no offset.
        guard let offset else { return root.pointee[keyPath: path] }
        return (UnsafeRawPointer(root) + offset).assumingMemoryBound(to: Value.self).pointee
    }
}

extension CanonicalRecord {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        encodeFields(to: &writer)
        writer.endObject()
    }

    /// The fields alone, for a record that is written into an object which others share.
    func encodeFields(to writer: inout CanonicalWriter) {
        let fields = Self.fields
        withUnsafePointer(to: self) { root in
            for index in fields.indices where !fields[index].scope.isDisjoint(with: writer.scope) {
                fields[index].write(root, &writer)
            }
        }
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let members = value.object else { throw CanonicalError("expected an object") }
        self.init()
        // Both sides are in the order of the table, so one pass over the table finds every member.
        var index = 0
        let fields = Self.fields
        for member in members {
            let start = index
            while index < fields.count, !member.matches(fields[index].name) { index += 1 }
            guard index < fields.count else {
                throw CanonicalError("unknown field, or out of order after field \(start)", path: [member.key])
            }
            do throws(CanonicalError) {
                try fields[index].read(&self, member.value)
            } catch {
                throw error.within(member.key)
            }
            index += 1
        }
    }
}

extension CanonicalMember {
    func matches(_ name: StaticString) -> Bool {
        key.utf8.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}
