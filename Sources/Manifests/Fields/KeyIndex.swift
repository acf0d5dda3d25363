/// Finds a name among a few fixed ones without making a String: a perfect hash, made when a table is first used.
struct KeyIndex: Sendable {
    private let names: [StaticString]
    private let slots: [Int16]
    private let mask: UInt32
    private let seed: UInt32

    init(_ names: [StaticString]) {
        self.names = names
        var size = 8
        while size < names.count * 2 { size *= 2 }
        // Some seed below a few hundred separates the names; a larger table is tried when none does.
        while true {
            for seed in UInt32(1)...256 {
                if let slots = Self.slots(names, size: size, seed: seed) {
                    self.slots = slots
                    self.seed = seed
                    mask = UInt32(size - 1)
                    return
                }
            }
            size *= 2
        }
    }

    @inline(__always)
    func position(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        let slot = slots[Int(Self.hash(key, seed: seed) & mask)]
        guard slot >= 0 else { return nil }
        let name = names[Int(slot)]
        guard name.utf8CodeUnitCount == key.count else { return nil }
        let start = name.utf8Start
        for index in 0..<key.count where start[index] != key[index] { return nil }
        return Int(slot)
    }

    private static func slots(_ names: [StaticString], size: Int, seed: UInt32) -> [Int16]? {
        var slots = [Int16](repeating: -1, count: size)
        for (index, name) in names.enumerated() {
            let text = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            let slot = Int(hash(text, seed: seed) & UInt32(size - 1))
            // Equal names would never be separated; the first one wins, and a test forbids them.
            if slots[slot] >= 0, names[Int(slots[slot])].text == name.text { continue }
            guard slots[slot] < 0 else { return nil }
            slots[slot] = Int16(index)
        }
        return slots
    }

    @inline(__always)
    private static func hash(_ text: UnsafeBufferPointer<UInt8>, seed: UInt32) -> UInt32 {
        var hash = seed &* 0x9E37_79B9
        for byte in text { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash ^ hash >> 15
    }
}
