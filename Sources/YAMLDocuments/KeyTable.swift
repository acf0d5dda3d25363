import SourceDiagnostics

/// The keys of the mappings that are open, to find a key that is given twice.
///
/// Keys of one mapping lie together on a stack. Small mappings are compared one by one by hash, large ones through a
/// dictionary, so that time stays linear; the seed is random, so that nobody can prepare colliding keys.
struct KeyTable {
    private struct Entry: BitwiseCopyable {
        let hash: UInt64
        let record: Int
    }

    /// One for the whole process: asking the kernel for another one for each file would cost more than small files do.
    private static let seed = UInt64.random(in: .min ... .max)
    private static let smallLimit = 16

    private var entries = GrowingBuffer<Entry>(capacity: 256)
    private var large: [Int: [UInt64: Int]] = [:]

    /// How many keys lie on the stack: where the keys of a new mapping begin.
    var count: Int { entries.count }

    /// Forgets the keys from `base` on.
    mutating func remove(from base: Int) {
        if entries.count - base > Self.smallLimit { large[base] = nil }
        entries.truncate(to: base)
    }

    /// Forgets all keys, also those of mappings that were never closed since their document was given up.
    mutating func removeAll() {
        if !large.isEmpty { large.removeAll(keepingCapacity: true) }
        entries.truncate(to: 0)
    }

    /// Frees the memory; the table must not be used again.
    func free() { entries.free() }

    /// Adds the key whose text is at `record` to the mapping that begins at `base`; gives the record of an equal key.
    mutating func insert(_ record: Int, base: Int, view: NodeView) -> Int? {
        let text = view.text(record)
        let hash = hash(text)
        if entries.count - base <= Self.smallLimit {
            var index = base
            while index < entries.count {
                if entries.base[index].hash == hash, Self.equal(view.text(entries.base[index].record), text) {
                    return entries.base[index].record
                }
                index += 1
            }
        } else if let known = large[base]?[hash] {
            if Self.equal(view.text(known), text) { return known }
            // Two texts with one 64-bit hash: next to impossible, and then only slow.
            for index in base..<entries.count where entries.base[index].hash == hash {
                if Self.equal(view.text(entries.base[index].record), text) { return entries.base[index].record }
            }
        }
        entries.append(Entry(hash: hash, record: record))
        if entries.count - base > Self.smallLimit { addToLarge(base: base) }
        return nil
    }

    private mutating func addToLarge(base: Int) {
        // The one that makes a mapping large brings those before it along.
        let from = entries.count - base == Self.smallLimit + 1 ? base : entries.count - 1
        for index in from..<entries.count {
            large[base, default: [:]][entries.base[index].hash] = entries.base[index].record
        }
    }

    /// A hash that is equal for texts that Unicode holds to be the same (NFC and NFD).
    private func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = Self.seed ^ UInt64(truncatingIfNeeded: text.count)
        var all: UInt64 = 0
        var word: UInt64 = 0
        var at = 0
        let base = UnsafeRawPointer(text.baseAddress)
        while let base, at + 8 <= text.count {
            word = (base + at).loadUnaligned(as: UInt64.self)
            all |= word
            hash = Self.mix(hash ^ word)
            at += 8
        }
        word = 0
        let rest = text.count - at
        if let base, rest >= 4 {
            // Two loads that may overlap: the length went into the hash, so no two texts look alike for it.
            let first = (base + at).loadUnaligned(as: UInt32.self)
            let last = (base + at + rest - 4).loadUnaligned(as: UInt32.self)
            word = UInt64(first) << 32 | UInt64(last)
        } else {
            while at < text.count {
                word = word << 8 | UInt64(text[at])
                at += 1
            }
        }
        all |= word
        if all & 0x8080_8080_8080_8080 == 0 { return Self.mix(hash ^ word) }
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
