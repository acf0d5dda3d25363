/// A version of the engine's API, such as 1.47.
package struct EngineVersion: Sendable, Hashable, Comparable {
    package var major: Int
    package var minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Nil when the text is not of the form `1.47`, as the `Api-Version` header has it.
    package init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }),
            let major = Int(parts[0]), let minor = Int(parts[1])
        else { return nil }
        self.init(major, minor)
    }

    /// The oldest that is spoken: Docker 20.10, the first with jobs.
    package static let oldest = EngineVersion(1, 41)
    /// The newest whose meaning is known: Docker 27.
    package static let newest = EngineVersion(1, 47)

    package static func < (left: EngineVersion, right: EngineVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// The version to speak with an engine: the newest that both know.
    ///
    /// - Parameter wanted: The version that was asked for by name, which is then spoken or refused.
    /// - Throws: When the engine is too old for it.
    static func negotiated(
        engine: EngineVersion,
        wanted: EngineVersion?,
        at address: String
    ) throws(EngineError) -> EngineVersion {
        guard engine >= oldest else {
            throw .settings(
                "the engine at \(address) speaks API \(engine), and orchplan needs \(oldest) or newer",
                help: "update it to Docker 20.10 or newer"
            )
        }
        guard let wanted else { return min(engine, newest) }
        guard wanted <= engine, wanted >= oldest else {
            throw .settings(
                "DOCKER_API_VERSION asks for \(wanted), and the engine at \(address) speaks \(oldest) to \(engine)",
                help: "unset it: the version is then negotiated"
            )
        }
        return wanted
    }
}

extension EngineVersion: CustomStringConvertible {
    package var description: String { "\(major).\(minor)" }
}
