import NIOCore

/// Recognises HTTP/1 by its first bytes; nothing else of it is read.
enum HTTPRequestStart {
    private static let methods: [StaticString] = [
        "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "PATCH ", "OPTIONS ", "TRACE ",
    ]
    private static let version: StaticString = " HTTP/1."
    /// A longer request line is not looked through.
    private static let longestLine = 8192

    /// Whether a request begins here: a method, and the version at the end of the same line.
    static func begins(_ buffer: ByteBuffer) -> Bool {
        buffer.withUnsafeReadableBytes { bytes in
            guard methods.contains(where: { starts(bytes, with: $0, at: 0) }) else { return false }
            let most = min(bytes.count, longestLine)
            guard let end = bytes[..<most].firstIndex(of: 0x0A) else { return false }
            // " HTTP/1.x", with or without a carriage return.
            let line = end > 0 && bytes[end - 1] == 0x0D ? end - 1 : end
            let start = line - version.utf8CodeUnitCount - 1
            return start > 0 && starts(bytes, with: version, at: start)
        }
    }

    /// Whether an answer begins here that ends HTTP on this connection: `101 Switching Protocols`.
    static func isSwitch(_ buffer: ByteBuffer) -> Bool {
        buffer.withUnsafeReadableBytes { bytes in
            starts(bytes, with: "HTTP/1.", at: 0) && starts(bytes, with: " 101", at: 8)
        }
    }

    private static func starts(_ bytes: UnsafeRawBufferPointer, with text: StaticString, at start: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count >= start + count else { return false }
        return text.withUTF8Buffer { text in bytes[start..<(start + count)].elementsEqual(text) }
    }
}
