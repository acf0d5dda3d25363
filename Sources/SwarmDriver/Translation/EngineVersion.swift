/// A version of the engine's API: `1.41`.
package struct EngineVersion: Sendable, Hashable, Comparable {
    package var major: Int
    package var minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`; nil for everything else.
    package init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1], major > 0, minor >= 0 else { return nil }
        self.init(major, minor)
    }

    package var text: String { "\(major).\(minor)" }

    package static func < (lhs: EngineVersion, rhs: EngineVersion) -> Bool {
        (lhs.major, lhs.minor) < (rhs.major, rhs.minor)
    }

    /// The oldest that services can be told to in full: jobs, process limits, capabilities, ulimits.
    package static let oldest = EngineVersion(1, 41)
    /// Knows `StartInterval` of health checks and the security options of services; older ones drop them in silence.
    package static let startInterval = EngineVersion(1, 44)
    /// Knows `OomScoreAdj` and the subpath of a volume; older ones drop them in silence.
    package static let subpath = EngineVersion(1, 45)
}
