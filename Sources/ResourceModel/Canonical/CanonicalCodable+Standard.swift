// The standard library's own values in canonical text.

extension String: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) { writer.string(self) }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let text = value.string else { throw CanonicalError("expected a string") }
        self = text
    }
}

extension Bool: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) { writer.bool(self) }

    /// A flag that is off is left out.
    package var isAbsentWhenEncoded: Bool { !self }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard case .bool(let flag) = value else { throw CanonicalError("expected a bool") }
        self = flag
    }
}

extension Int: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) { writer.integer(Int64(self)) }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let number = value.integer, let exact = Int(exactly: number) else {
            throw CanonicalError("expected an integer")
        }
        self = exact
    }
}

extension Double: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) { writer.number(self) }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        switch value {
        case .number(let number): self = number
        case .integer(let number): self = Double(number)
        default: throw CanonicalError("expected a number")
        }
    }
}

extension Array: CanonicalCodable where Element: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginArray()
        for element in self { element.encode(to: &writer) }
        writer.endArray()
    }

    package var isAbsentWhenEncoded: Bool { isEmpty }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let items = value.array else { throw CanonicalError("expected a list") }
        self = []
        reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            do throws(CanonicalError) {
                append(try Element(canonical: item))
            } catch {
                throw error.within("\(index)")
            }
        }
    }
}

extension SortedMap: CanonicalCodable where Value: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        for entry in entries {
            writer.key(entry.key)
            entry.value.encode(to: &writer)
        }
        writer.endObject()
    }

    package var isAbsentWhenEncoded: Bool { isEmpty }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let members = value.object else { throw CanonicalError("expected a map") }
        self.init()
        var read: [Entry] = []
        read.reserveCapacity(members.count)
        for member in members {
            do throws(CanonicalError) {
                read.append(Entry(key: member.key, value: try Value(canonical: member.value)))
            } catch {
                throw error.within(member.key)
            }
        }
        self.init(read)
    }
}

extension Duration: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) { writer.string(text) }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let text = value.string, let duration = Duration(parsing: text) else {
            throw CanonicalError("expected a duration such as 10s")
        }
        self = duration
    }
}
