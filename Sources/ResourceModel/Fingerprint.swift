import Crypto

/// A keyed digest: HMAC-SHA-256 under the project's random key.
///
/// Keyed, because specs hold digests of short secrets, and a plain digest of a short secret can be guessed offline.
package struct Fingerprint: Sendable, Hashable {
    /// 64 lowercase hexadecimal digits.
    package var text: String

    package init(text: String) {
        self.text = text
    }

    /// The first 12 digits: enough to name an object or a revision to a person.
    package var short: String { String(text.prefix(12)) }
}

extension Fingerprint: CanonicalTextConvertible {
    package init?(parsing text: some StringProtocol) {
        guard text.utf8.count == 64 else { return nil }
        self.text = String(text)
    }
}

extension Fingerprint: CustomStringConvertible {
    package var description: String { short }
}

/// The key of one project's fingerprints; made once, kept in the recorded state, never printed.
package struct ProjectKey: Sendable, Hashable {
    /// 32 bytes.
    package var bytes: [UInt8]
    /// Whether the key is kept in a state.
    ///
    /// Digests under one that is not are good for comparing within one run, and name nothing: the next run has another.
    package var isKept: Bool

    package init(bytes: [UInt8], isKept: Bool = true) {
        self.bytes = bytes
        self.isKept = isKept
    }

    /// A key for a project that has no state yet, and so none that is kept.
    ///
    /// Random all the same: under a fixed key digests of short secrets could be guessed by whoever sees one.
    package static func forThisRun() -> ProjectKey { ProjectKey(bytes: random().bytes, isKept: false) }

    /// A new key from the system's random source.
    package static func random() -> ProjectKey {
        var generator = SystemRandomNumberGenerator()
        return ProjectKey(bytes: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}

extension ProjectKey: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "(sensitive)" }
    package var debugDescription: String { "(sensitive)" }
}

/// Computes fingerprints under one key; reuses its buffer, so that a plan of many resources allocates once.
package struct Fingerprinter: Sendable {
    private let key: SymmetricKey
    /// Whether digests may name something: the key is the one that the next run has, too.
    package let canName: Bool
    private var writer = CanonicalWriter(reservingCapacity: 4096)

    package init(key: ProjectKey) {
        self.key = SymmetricKey(data: key.bytes)
        canName = key.isKept
    }

    /// The fingerprint of the canonical text of `value`, restricted to `scope`.
    package mutating func fingerprint(_ value: some CanonicalCodable, scope: CanonicalScope = .all) -> Fingerprint {
        writer.reset()
        writer.scope = scope
        value.encode(to: &writer)
        return digest(writer.bytes)
    }

    /// The digest of raw bytes, for the content of secrets and for plan files.
    package func digest(_ bytes: [UInt8]) -> Fingerprint {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in HMAC<SHA256>.authenticationCode(for: bytes, using: key) {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        return Fingerprint(text: String(decoding: text, as: UTF8.self))
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
