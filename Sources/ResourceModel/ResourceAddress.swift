/// The name of a resource within its project: `service/web`.
package struct ResourceAddress: Sendable, Hashable {
    package var kind: ResourceKind
    package var name: String

    package init(_ kind: ResourceKind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// Reads `kind/name`; nil when the kind is unknown or the name is not a valid resource name.
    package init?(parsing text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/"),
            let kind = ResourceKind(rawValue: String(text[..<slash]))
        else { return nil }
        let name = String(text[text.index(after: slash)...])
        guard Self.isValidName(name) else { return nil }
        self.init(kind, name)
    }

    /// Whether `name` is `[A-Za-z0-9][A-Za-z0-9_.-]*` of at most 63 bytes.
    package static func isValidName(_ name: some StringProtocol) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= 63, isAlphanumeric(first) else { return false }
        return bytes.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension ResourceAddress {
    // Kinds are told apart by rank: the raw value of an enum is a String, which would be hashed and compared as one.
    package static func == (lhs: ResourceAddress, rhs: ResourceAddress) -> Bool {
        lhs.kind.rank == rhs.kind.rank && lhs.name == rhs.name
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind.rank)
        hasher.combine(name)
    }
}

extension ResourceAddress: CanonicalTextConvertible {
    package var text: String { description }
}

extension ResourceAddress: CustomStringConvertible {
    package var description: String { "\(kind.rawValue)/\(name)" }
}

extension ResourceAddress: Comparable {
    /// By kind, in order of creation, then by the bytes of the name.
    package static func < (lhs: ResourceAddress, rhs: ResourceAddress) -> Bool {
        lhs.kind.rank == rhs.kind.rank ? lhs.name < rhs.name : lhs.kind.rank < rhs.kind.rank
    }
}
