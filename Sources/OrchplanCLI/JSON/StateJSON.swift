import ResourceModel

/// The recorded state for other programs.
///
/// `{"formatVersion":"1.0","project","lineage","serial","resources":[{"address","fingerprint","revision","protect",
/// "object","retiredObjects","needs","bindings","resource"}]}`; `resource` holds keyed digests where a secret's bytes would be.
struct StateJSON {
    var state: RecordedState
    var resources: [RecordedResource]

    init(_ state: RecordedState, _ resources: [RecordedResource]) {
        self.state = state
        self.resources = resources
    }

    func text() -> String {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.write("formatVersion", "1.0")
        writer.write("project", state.project)
        writer.write("lineage", state.lineage)
        writer.write("serial", state.serial)
        writer.key("resources")
        writer.beginArray()
        for resource in resources { write(resource, to: &writer) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ resource: RecordedResource, to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.write("address", resource.address.description)
        writer.write("fingerprint", resource.fingerprint.text)
        writer.write("revision", resource.revision)
        writer.key("protect")
        writer.bool(resource.protect)
        writer.write("object", resource.objectName)
        writer.key("retiredObjects")
        resource.retiredObjects.encode(to: &writer)
        writer.key("needs")
        resource.needs.map(\.description).encode(to: &writer)
        writer.key("bindings")
        resource.bindings.encode(to: &writer)
        writer.key("resource")
        ((try? resource.resource.value()) ?? .null).encode(to: &writer)
        writer.endObject()
    }
}

extension CanonicalWriter {
    mutating func write(_ name: StaticString, _ value: some CanonicalCodable) {
        key(name)
        value.encode(to: &self)
    }

    mutating func write(_ name: StaticString, optional value: (some CanonicalCodable)?) {
        key(name)
        if let value { value.encode(to: &self) } else { null() }
    }
}
