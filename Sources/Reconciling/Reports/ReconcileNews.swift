import ResourceModel

/// One event of the loop, for logs: a stable name, and what people and programs want to know about it.
package struct ReconcileNews: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable {
        case info
        case warning
        case error
    }

    package var level: Level
    /// Stable: `drift.found`.
    package var event: String
    /// For people: lowercase, no full stop; not escaped yet.
    package var message: String
    package var address: ResourceAddress?
    package var reason: String?
    package var revision: Int?
    /// Several lines for people: diagnostics with their excerpts, rendered and escaped already.
    package var details: String?

    package init(
        _ level: Level,
        _ event: String,
        _ message: String,
        address: ResourceAddress? = nil,
        reason: String? = nil,
        revision: Int? = nil,
        details: String? = nil
    ) {
        self.level = level
        self.event = event
        self.message = message
        self.address = address
        self.reason = reason
        self.revision = revision
        self.details = details
    }

    /// One line of JSON without its end: `time`, `level`, `event`, `message`, and where they are known `address`,
    /// `reason`, `revision` and `details`.
    package func json(at time: Timestamp) -> String {
        var writer = CanonicalWriter(reservingCapacity: 256)
        writer.beginObject()
        func member(_ name: StaticString, _ value: String?) {
            guard let value else { return }
            writer.key(name)
            writer.string(value)
        }
        member("time", time.text)
        member("level", level.rawValue)
        member("event", event)
        member("message", message)
        member("address", address?.description)
        member("reason", reason)
        if let revision {
            writer.key("revision")
            writer.integer(Int64(revision))
        }
        member("details", details)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
