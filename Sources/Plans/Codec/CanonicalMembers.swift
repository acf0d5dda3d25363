import ResourceModel

extension CanonicalWriter {
    /// One member of an object; left out when its value says so (an empty list, a flag that is off).
    mutating func member<Value: CanonicalCodable>(_ name: StaticString, _ value: Value) {
        guard !value.isAbsentWhenEncoded else { return }
        key(name)
        value.encode(to: &self)
    }

    /// One member of an object; left out when nil.
    mutating func member<Value: CanonicalCodable>(_ name: StaticString, _ value: Value?) {
        guard let value else { return }
        key(name)
        value.encode(to: &self)
    }

    mutating func member(_ name: StaticString, _ address: ResourceAddress) {
        key(name)
        string(address.description)
    }
}

extension CanonicalValue {
    /// A member that must be there.
    func required<Value: CanonicalCodable>(_ name: String) throws(CanonicalError) -> Value {
        guard let value: Value = try optional(name) else { throw CanonicalError("it is missing", path: [name]) }
        return value
    }

    /// A member that may be left out.
    func optional<Value: CanonicalCodable>(_ name: String) throws(CanonicalError) -> Value? {
        guard let value = self[name] else { return nil }
        do throws(CanonicalError) {
            return try Value(canonical: value)
        } catch {
            throw CanonicalError(error.reason, path: [name] + error.path)
        }
    }

    func list<Value: CanonicalCodable>(_ name: String) throws(CanonicalError) -> [Value] {
        try optional(name) ?? []
    }

    func flag(_ name: String) throws(CanonicalError) -> Bool {
        try optional(name) ?? false
    }

    func address(_ name: String) throws(CanonicalError) -> ResourceAddress {
        let text: String = try required(name)
        guard let address = ResourceAddress(parsing: text) else {
            throw CanonicalError("expected an address such as service/web", path: [name])
        }
        return address
    }

    /// The text of a resource under its address, which is taken as it is from here on: policies read it, drivers get it.
    func resource(_ name: String, _ address: ResourceAddress) throws(CanonicalError) -> CanonicalText? {
        guard let text: CanonicalText = try optional(name) else { return nil }
        let resource: Resource
        do throws(CanonicalError) {
            resource = try text.decoded()
        } catch {
            throw CanonicalError(error.reason, path: [name] + error.path)
        }
        guard resource.address == address else { throw CanonicalError("expected \(address)", path: [name]) }
        return text
    }

    func duration(_ name: String) throws(CanonicalError) -> Duration {
        let nanoseconds: Int = try required(name)
        return .nanoseconds(nanoseconds)
    }
}
