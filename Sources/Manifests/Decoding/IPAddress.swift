/// An address or a range of addresses, IPv4 or IPv6, as up to 16 bytes.
package struct IPAddress: Sendable, Hashable {
    /// 4 bytes or 16.
    var bytes: [UInt8]

    /// The address that listens to the same: of an IPv4 address in an IPv6 one the former.
    package var plain: IPAddress {
        guard isIPv6, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else {
            return self
        }
        var plain = self
        plain.bytes = Array(bytes.suffix(4))
        return plain
    }

    var isIPv6: Bool { bytes.count == 16 }
    var bitCount: Int { bytes.count * 8 }

    /// What is wrong with the text of an address, if anything.
    static func fault(_ text: Bytes) -> FormatFault? {
        if IPAddress(String(decoding: text, as: UTF8.self)) != nil { return nil }
        return FormatFault(code: .invalidAddress, message: { "`\($0)` is no IP address" })
    }

    /// Reads dotted decimals or the colon form, with `::` at most once.
    package init?(_ text: some StringProtocol) {
        if text.contains(":") {
            guard let bytes = Self.ipv6(String(text)) else { return nil }
            self.bytes = bytes
        } else {
            guard let bytes = Self.ipv4(String(text)) else { return nil }
            self.bytes = bytes
        }
    }

    private static func ipv4(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(Digits.isDigit), part.count == 1 || part.first != 0x30,
                let byte = UInt8(String(decoding: Array(part), as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func ipv6(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var groups: [[UInt8]] = []
        for half in halves {
            var bytes: [UInt8] = []
            let parts = half.isEmpty ? [] : half.split(separator: ":", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if part.contains("."), index == parts.count - 1, let tail = ipv4(String(part)) {
                    bytes += tail
                } else {
                    guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16), part.first != "+"
                    else {
                        return nil
                    }
                    bytes += [UInt8(group >> 8), UInt8(group & 255)]
                }
            }
            groups.append(bytes)
        }
        let given = groups.reduce(0) { $0 + $1.count }
        if groups.count == 1 { return given == 16 ? groups[0] : nil }
        guard given <= 14 else { return nil }
        return groups[0] + [UInt8](repeating: 0, count: 16 - given) + groups[1]
    }
}

/// A range of addresses: `10.0.0.0/24`.
struct Subnet: Sendable, Hashable {
    var address: IPAddress
    var prefix: Int

    /// Reads an address, a slash and the number of fixed bits.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), parts[1].utf8.allSatisfy(Digits.isDigit),
            let prefix = Int(parts[1]), (0...address.bitCount).contains(prefix)
        else { return nil }
        self.address = address
        self.prefix = prefix
    }

    /// The range with the address bits behind the prefix at 0.
    var masked: Subnet {
        var copy = self
        for index in copy.address.bytes.indices {
            let bits = min(8, max(0, prefix - index * 8))
            copy.address.bytes[index] &= bits == 0 ? 0 : ~UInt8(0) << UInt8(8 - bits)
        }
        return copy
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        var subnet = self
        subnet.address = other
        return subnet.masked.address == masked.address
    }

    func overlaps(_ other: Subnet) -> Bool {
        guard address.bytes.count == other.address.bytes.count else { return false }
        return prefix <= other.prefix ? contains(other.address) : other.contains(address)
    }
}
