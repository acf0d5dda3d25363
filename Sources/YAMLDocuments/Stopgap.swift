import SourceDiagnostics

/// A copy of a text in which other letters stand in for values that are no YAML, so that what follows them is read too.
///
/// As many letters as there were bytes, so that offsets stay the same and nodes have the text that stands in the file.
struct Stopgap {
    private let limit: Int
    private var copy: UnsafeMutableBufferPointer<UInt8>?
    private var ranges: [Range<Int>] = []
    /// Where the document starts in which `ranges` are.
    private var document = -1
    /// Each makes the document be read once more.
    private static let mostInDocument = 20

    init(limit: Int) { self.limit = limit }

    /// Frees the copy; it must not be used again.
    mutating func free() {
        copy?.deallocate()
        copy = nil
    }

    /// The address of byte 0 of the text as it is read again.
    func text(_ input: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        copy?.baseAddress.map { UnsafePointer($0) } ?? input
    }

    /// Puts letters in the place of what a fault says is to be quoted; false where it is not known what was meant.
    mutating func standsIn(
        for fault: Diagnostic,
        in file: SourceFile,
        from start: Int,
        input: UnsafePointer<UInt8>
    ) -> Bool {
        if document != start { (document, ranges) = (start, []) }
        guard ranges.count < Self.mostInDocument, let range = Self.value(of: fault, in: file),
            range.lowerBound >= start, range.upperBound <= limit, !ranges.contains(where: { $0.overlaps(range) })
        else { return false }
        ranges.append(range)
        let letter = fault.code == .yamlTab ? UInt8(ascii: " ") : UInt8(ascii: "x")
        if copy == nil {
            let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: limit)
            _ = buffer.initialize(from: UnsafeBufferPointer(start: input, count: limit))
            copy = buffer
        }
        for offset in range { copy?[offset] = letter }
        return true
    }

    /// The whole value that is to be quoted, on one line, with nothing of the structure in it.
    private static func value(of fault: Diagnostic, in file: SourceFile) -> Range<Int>? {
        guard let edits = fault.help.first?.edits, edits.count == 1, let edit = edits.first,
            let applicability = fault.help.first?.applicability
        else { return nil }
        let range = Int(edit.range.start)..<Int(edit.range.end)
        guard !range.isEmpty else { return nil }
        switch fault.code {
        case .yamlTab: return applicability == .safe ? range : nil
        case .yamlNestedValue: return range
        case .yamlTemplate, .yamlReservedCharacter:
            guard applicability == .safe else { return nil }
            // At the start of a line stands a key, or the text goes on.
            let line = SourceLine(file: file, id: edit.range.file, offset: range.lowerBound)
            return line.hasBefore(range.lowerBound, ":,[{-") ? range : nil
        default: return nil
        }
    }
}
