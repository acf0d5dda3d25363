/// A limit of an instance, and what holds the instance to it.
package struct HeldLimit: Sendable, Hashable {
    /// As in the manifest: `memory`, `cpus`, `pids`.
    package var name = ""
    /// As in the manifest: `64MiB`.
    package var value = ""
    /// `cgroup v1`, for example; nil: nothing holds it.
    package var mechanism: String?
    /// Why nothing holds it.
    package var reason: String?

    package init() {}

    package init(_ name: String, _ value: String, by mechanism: String) {
        self.name = name
        self.value = value
        self.mechanism = mechanism
    }

    package init(_ name: String, _ value: String, unheld reason: String) {
        self.name = name
        self.value = value
        self.reason = reason
    }

    /// `memory 64MiB (cgroup v1)`, or `cpus 0.5: not enforced: no writable cgroup`.
    package var text: String {
        if let mechanism { return "\(name) \(value) (\(mechanism))" }
        return "\(name) \(value): not enforced" + (reason.map { ": \($0)" } ?? "")
    }
}

extension HeldLimit: CanonicalRecord {
    package static let fields: [CanonicalField<HeldLimit>] = [
        .init("name", \.name), .init("value", \.value), .init("mechanism", \.mechanism), .init("reason", \.reason),
    ]
}
