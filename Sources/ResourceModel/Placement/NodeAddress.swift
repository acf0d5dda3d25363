import Glibc

/// An address, or a network of addresses, that `node.ip` is compared with: `10.0.0.1`, `2001:db8::/32`.
struct NodeAddress: Sendable, Hashable {
    /// 4 bytes, also of an IPv4 address in IPv6's clothes, or 16.
    let bytes: [UInt8]
    /// How many bits at the front count.
    let bits: Int

    /// Reads an address or `ADDRESS/BITS`; nil for everything else.
    init?(parsing text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let bytes = Self.bytes(first) else { return nil }
        let all = bytes.count * 8
        guard parts.count == 2 else {
            self.bytes = bytes
            bits = all
            return
        }
        guard let bits = Int(parts[1]), (0...all).contains(bits), parts[1] == "\(bits)" else { return nil }
        self.bytes = bytes
        self.bits = bits
    }

    /// Whether an address is this one, or lies in this network.
    func contains(_ address: NodeAddress) -> Bool {
        guard bytes.count == address.bytes.count else { return false }
        return (0..<bits)
            .allSatisfy { bit in
                (bytes[bit / 8] ^ address.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let isMapped = sixteen[..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xFF && sixteen[11] == 0xFF
        return isMapped ? Array(sixteen[12...]) : sixteen
    }
}
