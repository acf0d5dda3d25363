/// The stable name of one kind of diagnostic.
///
/// Rooms declare theirs as static members in an extension and list them in a static array; the command line joins the
/// arrays into the documentation. The number never changes its meaning; the slug is for people.
package struct DiagnosticCode: Sendable, Hashable, Comparable {
    /// The number, such as `OP1104`.
    package let id: String
    /// The name, such as `unknown-field`.
    package let slug: String
    /// What it means, in one sentence.
    package let summary: String
    /// What to do about it, in a sentence or two.
    package let remedy: String

    /// Whether a person means this code by a word: its number or its name, in capitals or not.
    package func isNamed(_ word: some StringProtocol) -> Bool {
        Self.isSame(slug, word) || Self.isSame(id, word)
    }

    /// Without a copy: asked of every comment that silences rules for every finding below it.
    private static func isSame(_ name: String, _ word: some StringProtocol) -> Bool {
        func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
        return name.utf8.count == word.utf8.count && zip(name.utf8, word.utf8).allSatisfy { small($0) == small($1) }
    }

    /// The code with these parts.
    package init(_ id: String, _ slug: String, _ summary: String, remedy: String) {
        self.id = id
        self.slug = slug
        self.summary = summary
        self.remedy = remedy
    }

    /// Whether two codes have the same number.
    package static func == (left: DiagnosticCode, right: DiagnosticCode) -> Bool { left.id == right.id }

    /// Whether `left` has the lower number.
    package static func < (left: DiagnosticCode, right: DiagnosticCode) -> Bool { left.id < right.id }

    /// Feeds the number, which alone decides equality.
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension DiagnosticCode {
    /// The codes of several rooms as one list.
    package struct Registry: Sendable {
        /// Every code, by number.
        package let codes: [DiagnosticCode]

        /// The codes of all `rooms`, in the order of their numbers.
        package init(_ rooms: [[DiagnosticCode]]) {
            codes = rooms.flatMap { $0 }.sorted()
        }

        /// The code with this number or slug, in capitals or not.
        package func code(named name: String) -> DiagnosticCode? {
            codes.first { $0.isNamed(name) }
        }

        /// The numbers and slugs that more than one code claims; empty unless two rooms clash.
        package var clashes: [String] {
            var seen: Set<String> = []
            return codes.flatMap { [$0.id, $0.slug] }.filter { !seen.insert($0).inserted }
        }
    }
}
