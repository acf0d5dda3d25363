/// A pattern over text in steps that `/` separates: `*` is any part of one step, `**` any text at all.
package struct GlobPattern: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case byte(UInt8)
        /// Any bytes but `/`.
        case part
        /// Any bytes.
        case all
    }

    private let parts: [Part]

    package init(_ text: String) {
        var parts: [Part] = []
        for byte in text.utf8 {
            guard byte == UInt8(ascii: "*") else {
                parts.append(.byte(byte))
                continue
            }
            switch parts.last {
            case .part: parts[parts.count - 1] = .all
            case .all: break
            default: parts.append(.part)
            }
        }
        self.parts = parts
    }

    /// Whether the whole text fits; in time that grows with the product of both lengths, whatever the pattern.
    package func matches(_ text: String) -> Bool {
        // Which parts the text so far may stand before.
        var reached = [Bool](repeating: false, count: parts.count + 1)
        reached[0] = true
        passWildcards(&reached)
        for byte in text.utf8 {
            var next = [Bool](repeating: false, count: parts.count + 1)
            for (index, part) in parts.enumerated() where reached[index] {
                switch part {
                case .byte(let own): if own == byte { next[index + 1] = true }
                case .part: if byte != UInt8(ascii: "/") { next[index] = true }
                case .all: next[index] = true
                }
            }
            passWildcards(&next)
            reached = next
        }
        return reached[parts.count]
    }

    /// A wildcard may stand for nothing more.
    private func passWildcards(_ reached: inout [Bool]) {
        for (index, part) in parts.enumerated() where reached[index] {
            if case .byte = part { continue }
            reached[index + 1] = true
        }
    }
}
