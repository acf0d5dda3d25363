/// Collects the bytes of a report and hands them on in pieces of a good size.
struct ReportStream {
    private var bytes: [UInt8] = []
    private let sink: ([UInt8]) -> Void
    private static let piece = 1 << 16

    init(_ sink: @escaping ([UInt8]) -> Void) {
        self.sink = sink
        bytes.reserveCapacity(Self.piece + 4096)
    }

    mutating func flush() {
        guard !bytes.isEmpty else { return }
        sink(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func write(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        if bytes.count >= Self.piece { flush() }
    }

    /// A JSON string.
    mutating func json(_ text: String) { write(JSONRenderer.quoted(text)) }

    /// The value of an XML attribute, or text between tags: the same escapes do for both, also for `]]>`.
    mutating func xml(_ text: String) { write(XMLText.escaped(text)) }
}

/// Text as XML 1.0 can hold it.
enum XMLText {
    /// The text with everything escaped that means something to XML, and with what XML cannot hold at all made visible.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isSpecial) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            default:
                if isSpecial(scalar) {
                    result += Escaping.escape(scalar)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "&", "<", ">", "\"", "'": true
        default: Escaping.needsEscape(scalar) || scalar.value & 0xFFFE == 0xFFFE
        }
    }
}
