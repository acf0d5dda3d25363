import SourceDiagnostics

/// The keys of the mappings that are open, to find a key that is given twice.
///
/// Keys of one mapping lie together on a stack. Small mappings are compared one by one by hash, large ones through a
/// dictionary, so that time stays linear; the seed is random, so that nobody can prepare colliding keys.
struct KeyTable {
    private struct Entry {
        let hash: UInt64
        let record: Int
    }

    private static let seed = UInt64.random(in: .min ... .max)
    private static let smallLimit = 16

    private var entries: [Entry] = []
    private var large: [Int: [UInt64: Int]] = [:]

    /// How many keys lie on the stack: where the keys of a new mapping begin.
    var count: Int { entries.count }

    /// Forgets the keys from `base` on.
    mutating func remove(from base: Int) {
        if entries.count - base > Self.smallLimit { large[base] = nil }
        entries.removeLast(entries.count - base)
    }

    /// Adds the key whose text is at `record` to the mapping that begins at `base`; gives the record of an equal key.
    mutating func insert(_ record: Int, base: Int, view: NodeView) -> Int? {
        let text = view.text(record)
        let hash = Self.hash(text)
        if entries.count - base <= Self.smallLimit {
            var index = base
            while index < entries.count {
                if entries[index].hash == hash, Self.equal(view.text(entries[index].record), text) {
                    return entries[index].record
                }
                index += 1
            }
        } else if let known = large[base]?[hash] {
            if Self.equal(view.text(known), text) { return known }
            // Two texts with one 64-bit hash: next to impossible, and then only slow.
            for entry in entries[base...] where entry.hash == hash && Self.equal(view.text(entry.record), text) {
                return entry.record
            }
        }
        entries.append(Entry(hash: hash, record: record))
        addToLarge(base: base)
        return nil
    }

    private mutating func addToLarge(base: Int) {
        let size = entries.count - base
        guard size > Self.smallLimit else { return }
        if size == Self.smallLimit + 1 {
            large[base] = [:]
            for entry in entries[base...] { large[base]?[entry.hash] = entry.record }
        } else if let last = entries.last {
            large[base, default: [:]][last.hash] = last.record
        }
    }

    /// A hash that is equal for texts that Unicode holds to be the same (NFC and NFD).
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
        var all: UInt8 = 0
        var word: UInt64 = 0
        var filled = 0
        for byte in text {
            all |= byte
            word = word << 8 | UInt64(byte)
            filled += 1
            if filled == 8 {
                hash = mix(hash ^ word)
                word = 0
                filled = 0
            }
        }
        if all < 0x80 { return mix(hash ^ word) }
        var hasher = Hasher()
        String(decoding: text, as: UTF8.self).hash(into: &hasher)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return high ^ low
    }

    private static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        if left.count == right.count, left.elementsEqual(right) { return true }
        guard left.contains(where: { $0 >= 0x80 }) else { return false }
        return String(decoding: left, as: UTF8.self) == String(decoding: right, as: UTF8.self)
    }
}
