/// What a change of a field can touch; also which fields a canonical text holds.
///
/// SwarmKit draws the same line: replicas, service labels and update settings do not make a task outdated, the task
/// template does.
package struct CanonicalScope: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Changes what an instance is: its instances are replaced.
    package static let instance = CanonicalScope(rawValue: 1)
    /// Changes the service around its instances (ports, replicas, labels): no instance is touched.
    package static let service = CanonicalScope(rawValue: 2)
    /// Changes only how orchplan plans (update settings, dependencies): the driver is told, nothing restarts.
    package static let planning = CanonicalScope(rawValue: 4)

    package static let all: CanonicalScope = [.instance, .service, .planning]
}
