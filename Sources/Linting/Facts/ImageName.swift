/// The parts of an image reference: `[registry/]path[:tag][@digest]`.
///
/// A first part is a registry when it has a dot or a colon in it, or is `localhost`: the rule of the distribution
/// project's references.
struct ImageName: Sendable, Hashable {
    var registry: Substring?
    var tag: Substring?
    var digest: Substring?

    /// The reference with the registry written out that a reference without one means.
    static func withRegistry(_ reference: String) -> String {
        reference.contains("/") ? "docker.io/\(reference)" : "docker.io/library/\(reference)"
    }

    init(_ reference: String) {
        var text = reference
        let marks = text.withUTF8(Marks.init)
        func part(_ start: Int, _ end: Int) -> Substring {
            let bytes = text.utf8
            let first = bytes.index(bytes.startIndex, offsetBy: start)
            return text[first..<bytes.index(first, offsetBy: end - start)]
        }
        if marks.end < marks.count { digest = part(marks.end + 1, marks.count) }
        if let colon = marks.colon { tag = part(colon + 1, marks.end) }
        guard let slash = marks.slash else { return }
        let host = part(0, slash)
        if marks.hostHasMark || host == "localhost" { registry = host }
    }

    /// Where the parts begin and end, found in one walk: three rules ask for them of every service.
    private struct Marks {
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
