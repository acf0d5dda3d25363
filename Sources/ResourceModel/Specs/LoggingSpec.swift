/// Where an instance's output goes.
package struct LoggingSpec: Sendable, Hashable {
    package var driver: String?
    package var options: SortedMap<String> = [:]

    package init() {}
}

extension LoggingSpec: CanonicalRecord {
    package static let fields: [CanonicalField<LoggingSpec>] = [
        .init("driver", \.driver), .init("options", \.options),
    ]
}

/// A limit that the kernel puts on a process; -1: unlimited.
package struct Ulimit: Sendable, Hashable {
    package var soft = 0
    package var hard = 0

    package init() {}

    package init(soft: Int, hard: Int) {
        self.soft = soft
        self.hard = hard
    }
}

extension Ulimit: CanonicalRecord {
    package static let fields: [CanonicalField<Ulimit>] = [.init("soft", \.soft), .init("hard", \.hard)]
}
