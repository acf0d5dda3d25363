import ResourceModel

/// How the services are, for other programs.
///
/// `{"formatVersion":"1.0","services":[{"name","state","desired","running","healthy","restarts","revision","endpoints",
/// "event","instances":[{"id","slot","node","phase","healthy","restarts","exit","message",
/// "limits":[{"name","value","mechanism","reason"}]}]}],"nodes":[{"hostname","role","ready"}]}`.
struct StatusJSON {
    var services: [ServiceStatus]
    var inventory: Inventory

    init(_ services: [ServiceStatus], _ inventory: Inventory) {
        self.services = services
        self.inventory = inventory
    }

    func text() -> String {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.write("formatVersion", "1.0")
        writer.key("services")
        writer.beginArray()
        for service in services { write(service, to: &writer) }
        writer.endArray()
        writer.key("nodes")
        writer.beginArray()
        for node in inventory.nodes {
            writer.beginObject()
            writer.write("hostname", node.hostname)
            writer.write("role", node.role)
            writer.key("ready")
            writer.bool(node.isReady)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ service: ServiceStatus, to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.write("name", service.address.name)
        writer.write("state", service.health.rawValue)
        writer.write("desired", service.desired)
        writer.write("running", service.running)
        writer.write("healthy", service.healthy)
        writer.write("restarts", service.restarts)
        writer.write("revision", optional: service.revision)
        writer.key("endpoints")
        service.endpoints.encode(to: &writer)
        writer.write("event", optional: service.event)
        writer.key("instances")
        writer.beginArray()
        for instance in service.instances { write(instance, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private func write(_ instance: ObservedInstance, to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.write("id", instance.id)
        writer.write("slot", instance.slot)
        writer.write("node", instance.node)
        writer.write("phase", instance.phase)
        writer.key("healthy")
        writer.bool(instance.isHealthy)
        writer.write("restarts", instance.restarts)
        writer.write("exit", optional: instance.exitStatus?.text)
        writer.write("message", optional: instance.message)
        writer.key("limits")
        instance.limits.encode(to: &writer)
        writer.endObject()
    }
}
