/// Finds resources by their addresses: an open hash table of positions in the list that it was made for.
///
/// Graphs of many thousand resources look up every reference, and a dictionary would hold every address once more.
struct AddressIndex: Sendable, Hashable {
    /// Random, so that nobody can prepare names that collide.
    private static let seed = UInt64.random(in: .min ... .max)

    /// Positions, or -1; at least twice as many as there are resources.
    private var slots: [Int32]

    /// Of two resources with one address the later one is found.
    init(_ resources: [Resource]) {
        var size = 16
        while size < resources.count * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        for position in resources.indices {
            slots[slot(of: resources[position].address, resources)] = Int32(truncatingIfNeeded: position)
        }
    }

    /// The position of the resource with this address in the list that the index was made for.
    func position(of address: ResourceAddress, in resources: [Resource]) -> Int? {
        let found = slots[slot(of: address, resources)]
        return found < 0 ? nil : Int(found)
    }

    /// The slot that holds the address, or the free one where it belongs.
    private func slot(of address: ResourceAddress, _ resources: [Resource]) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: Self.hash(address)) & mask
        while slots[slot] >= 0, resources[Int(slots[slot])].address != address { slot = (slot + 1) & mask }
        return slot
    }

    private static func hash(_ address: ResourceAddress) -> UInt64 {
        var name = address.name
        let start = seed ^ UInt64(address.kind.rank)
        let hash = name.withUTF8 { text -> UInt64? in
            var hash = start ^ UInt64(truncatingIfNeeded: text.count) << 8
            var all: UInt64 = 0
            var at = 0
            while at < text.count {
                var word: UInt64 = 0
                if at + 8 <= text.count {
                    word = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: at, as: UInt64.self)
                } else {
                    for index in at..<text.count { word = word << 8 | UInt64(text[index]) }
                }
                all |= word
                hash = mix(hash ^ word)
                at += 8
            }
            return all & 0x8080_8080_8080_8080 == 0 ? hash : nil
        }
        if let hash { return hash }
        // Texts beyond ASCII may be equal and have different bytes.
        var hasher = Hasher()
        hasher.combine(address)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return high ^ low
    }
}
