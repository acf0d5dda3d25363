/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    /// Longer lines are handed out in parts, so that memory stays flat whatever a program prints.
    static let longest = 16_384

    private var pending: [UInt8] = []

    /// Takes bytes; calls `emit` for each line without its end, with false for a part that the line goes on after.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer, _ isFinal: Bool) -> Void) {
        var start = 0
        while start < bytes.count {
            let limit = min(bytes.count, start + Self.longest - pending.count)
            let window = UnsafeRawBufferPointer(rebasing: bytes[start..<limit])
            if let end = window.firstIndex(of: 0x0A) {
                flush(UnsafeRawBufferPointer(rebasing: window[..<end]), isFinal: true, emit)
                start += end + 1
            } else if pending.count + window.count >= Self.longest {
                flush(window, isFinal: false, emit)
                start = limit
            } else {
                pending.append(contentsOf: window)
                start = limit
            }
        }
    }

    /// Hands out what came after the last line end.
    mutating func finish(_ emit: (UnsafeRawBufferPointer, _ isFinal: Bool) -> Void) {
        guard !pending.isEmpty else { return }
        flush(UnsafeRawBufferPointer(start: nil, count: 0), isFinal: true, emit)
    }

    private mutating func flush(
        _ rest: UnsafeRawBufferPointer,
        isFinal: Bool,
        _ emit: (UnsafeRawBufferPointer, _ isFinal: Bool) -> Void
    ) {
        if pending.isEmpty { return emit(rest, isFinal) }
        pending.append(contentsOf: rest)
        pending.withUnsafeBytes { emit($0, isFinal) }
        pending.removeAll(keepingCapacity: true)
    }
}
