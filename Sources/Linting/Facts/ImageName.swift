/// The parts of an image reference: `[registry/]path[:tag][@digest]`.
///
/// A first part is a registry when it has a dot or a colon in it, or is `localhost`: the rule of the distribution
/// project's references.
struct ImageName: Sendable, Hashable {
    private let text: String
    private let marks: Marks

    init(_ reference: String) {
        var text = reference
        marks = text.withUTF8(Marks.init)
        self.text = text
    }

    var registry: Substring? {
        guard let slash = marks.slash else { return nil }
        let host = part(0, slash)
        return marks.hostHasMark || host == "localhost" ? host : nil
    }

    var tag: Substring? { marks.colon.map { part($0 + 1, marks.end) } }
    var hasDigest: Bool { marks.end < marks.count }

    /// The reference with the registry written out that a reference without one means.
    static func withRegistry(_ reference: String) -> String {
        reference.contains("/") ? "docker.io/\(reference)" : "docker.io/library/\(reference)"
    }

    private func part(_ start: Int, _ end: Int) -> Substring {
        let bytes = text.utf8
        let first = bytes.index(bytes.startIndex, offsetBy: start)
        return text[first..<bytes.index(first, offsetBy: end - start)]
    }

    /// Where the parts begin and end, found in one walk: three rules ask for them of every service.
    private struct Marks: Hashable {
        var count: Int
        /// Where the name ends: at the last `@`, or with the text.
        var end: Int
        /// The first slash of the name.
        var slash: Int?
        /// The last colon behind the last slash of the name.
        var colon: Int?
        /// Whether a dot or a colon stands before the first slash.
        var hostHasMark = false

        init(_ text: UnsafeBufferPointer<UInt8>) {
            count = text.count
            end = text.lastIndex(of: UInt8(ascii: "@")) ?? text.count
            for index in 0..<end {
                switch text[index] {
                case UInt8(ascii: "/"):
                    slash = slash ?? index
                    colon = nil
                case UInt8(ascii: ":"):
                    colon = index
                    if slash == nil { hostHasMark = true }
                case UInt8(ascii: "."):
                    if slash == nil { hostHasMark = true }
                default: break
                }
            }
        }
    }
}
