import ResourceModel

/// How the services are, for other programs; docs/formats.md has every member.
struct StatusJSON {
    var report: StatusReport
    /// Leaves out what changes by the passing of time alone, for comparing.
    var isTimeless: Bool

    static let formatVersion = "1.5"

    init(_ report: StatusReport, isTimeless: Bool = false) {
        self.report = report
        self.isTimeless = isTimeless
    }

    func text() -> String {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.write("formatVersion", Self.formatVersion)
        if !isTimeless { writer.write("time", report.now.text) }
        writer.write("project", report.project)
        writer.key("isWell")
        writer.bool(report.isWell)
        writer.list("services", report.services) { write($0, to: &$1) }
        writer.list("drift", report.drift) { notice, writer in
            writer.write("address", notice.address.description)
            writer.write("description", notice.text)
        }
        writer.list("copies", report.copies) { copy, writer in
            writer.write("address", copy.address.description)
            writer.write("name", copy.name)
        }
        writer.write("interruptedRevision", optional: report.interrupted)
        writer.key("isOldCopy")
        writer.bool(report.isOldCopy)
        writer.key("operation")
        if let request = report.holder?.request {
            writer.beginObject()
            writer.write("name", request.operation)
            writer.write("holder", "\(request.holder)@\(request.host)")
            writer.write("pid", request.pid)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.list("nodes", report.nodes) { node, writer in
            writer.write("hostname", node.hostname)
            writer.write("role", node.role)
            writer.key("ready")
            writer.bool(node.isReady)
            writer.write("condition", optional: node.condition)
            writer.key("labels")
            node.labels.encode(to: &writer)
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ service: ServiceStatus, to writer: inout CanonicalWriter) {
        writer.write("name", service.address.name)
        writer.write("state", service.health.rawValue)
        writer.write("desired", service.desired)
        writer.write("running", service.running)
        writer.write("healthy", service.healthy)
        writer.write("updated", service.updated)
        writer.write("restarts", service.restarts)
        writer.write("revision", optional: service.revision)
        writer.write("image", optional: service.spec?.image)
        writer.write("imageDigest", optional: service.spec?.imageDigest)
        writer.key("endpoints")
        service.endpoints.encode(to: &writer)
        writer.write("address", optional: service.virtualAddress)
        writer.list("ports", service.ports) { port, writer in
            writer.write("name", optional: port.name)
            writer.write("target", port.target)
            writer.write("protocol", port.transport)
            writer.write("published", optional: port.outside)
        }
        writer.list("networks", service.spec?.networks ?? []) { attachment, writer in
            writer.write("network", attachment.network)
            writer.key("aliases")
            attachment.aliases.encode(to: &writer)
        }
        let event =
            service.notice
            ?? service.instances.lazy
            .compactMap { one in
                one.trouble.map { "\(one.id) \(isTimeless ? $0.reason : $0.text)" }
            }
            .first
        writer.write("event", optional: event)
        writer.list("events", service.events) { event, writer in
            writer.write("time", event.time.text)
            writer.write("subject", event.subject)
            writer.write("text", event.text)
        }
        writer.list("instances", service.instances) { write($0, to: &$1) }
    }

    private func write(_ instance: InstanceStatus, to writer: inout CanonicalWriter) {
        let observed = instance.observed
        writer.write("id", observed.id)
        writer.write("slot", observed.slot)
        writer.write("node", observed.node)
        writer.write("phase", observed.phase)
        writer.key("healthy")
        writer.bool(observed.isHealthy)
        writer.key("updated")
        writer.bool(instance.isCurrent)
        writer.write("restarts", observed.restarts)
        writer.write("exit", optional: observed.exitStatus?.text)
        writer.write("message", optional: observed.message)
        writer.write("trouble", optional: instance.trouble?.kind.rawValue)
        for (name, time) in [
            ("since", instance.facts.since), ("startedAt", instance.facts.startedAt),
            ("startsAgainAt", instance.facts.startsAgainAt),
        ] as [(StaticString, Int?)] {
            writer.write(name, optional: time.map { Timestamp(milliseconds: Int64($0)).text })
        }
        writer.write("pid", optional: instance.facts.process)
        writer.list("ports", instance.facts.ports) { port, writer in
            writer.write("target", port.target)
            writer.write("protocol", port.transport)
            writer.write("port", port.port)
        }
        writer.list("limits", observed.limits) { limit, writer in
            writer.write("name", limit.name)
            writer.write("value", limit.value)
            writer.write("mechanism", optional: limit.mechanism)
            writer.write("reason", optional: limit.reason)
        }
        if !isTimeless {
            writer.write("cpus", optional: instance.usage.cpus)
            writer.write("memory", optional: instance.usage.memory.map { Int($0.bytes) })
        }
        writer.key("logs")
        instance.logs.encode(to: &writer)
    }
}

extension CanonicalWriter {
    /// A list of objects, each written by `body`.
    fileprivate mutating func list<Element>(
        _ name: StaticString,
        _ elements: [Element],
        _ body: (Element, inout CanonicalWriter) -> Void
    ) {
        key(name)
        beginArray()
        for element in elements {
            beginObject()
            body(element, &self)
            endObject()
        }
        endArray()
    }
}
