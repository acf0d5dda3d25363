import SourceDiagnostics

/// One look over the bytes before they are parsed: encoding, control characters, characters that nobody can see.
///
/// libyaml stops at the first such byte. So they are reported here, all of them, and the parser is given a copy in which
/// each is replaced by as many letters, so that offsets stay the same and the faults behind them are found as well.
struct TextScan {
    private let file: SourceFile
    private let id: SourceID
    private let range: Range<Int>
    private var bad: [Range<Int>] = []

    /// What was found wrong.
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether every byte is ASCII.
    private(set) var isASCII = true
    /// Whether parsing makes no sense at all.
    private(set) var isUnreadable = false

    init(file: SourceFile, id: SourceID, range: Range<Int>, limits: ParseLimits) {
        self.file = file
        self.id = id
        self.range = range
        if file.count > limits.fileBytes {
            let place = SourceRange(file: id, start: 0, end: 0)
            refuse(
                Diagnostic(
                    .yamlFileTooLarge,
                    "file of \(file.count) bytes is larger than the limit of \(limits.fileBytes)",
                    at: place,
                    help: [Help("split it into several files")]
                )
            )
            return
        }
        if looksLikeUTF16 {
            refuse(
                Diagnostic(
                    .yamlEncoding,
                    "file is UTF-16 or UTF-32",
                    at: SourceRange(file: id, start: 0, end: 0),
                    help: [Help("save it as UTF-8")]
                )
            )
            return
        }
        scan()
    }

    /// Gives the address of byte 0 of text that libyaml accepts, whose offsets are those of the file.
    func withParseable(_ body: (UnsafePointer<UInt8>) -> Void) {
        if bad.isEmpty { return body(file.base) }
        var copy = Array(file.bytes[..<range.upperBound])
        for stretch in bad { for index in stretch { copy[index] = UInt8(ascii: "_") } }
        copy.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { body(base) }
        }
    }

    private var looksLikeUTF16: Bool {
        guard file.count >= 2 else { return false }
        let head = (file.base[0], file.base[1])
        if head == (0xFF, 0xFE) || head == (0xFE, 0xFF) { return true }
        // Without a byte order mark every other byte of ASCII text is 0.
        guard file.count >= 4, file.count % 2 == 0 else { return false }
        let zeros = (0..<4).map { file.base[$0] == 0 }
        return zeros == [true, false, true, false] || zeros == [false, true, false, true]
            || zeros == [true, true, true, false] || zeros == [false, true, true, true]
    }

    private mutating func refuse(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
        isUnreadable = true
    }

    private mutating func scan() {
        let base = file.base
        let end = range.upperBound
        var at = range.lowerBound
        while at < end, !isUnreadable {
            at = nextOdd(base, at, end)
            guard at < end else { return }
            let byte = base[at]
            if byte < 0x80 {
                found(at..<at + 1, Unicode.Scalar(byte))
                at += 1
                continue
            }
            isASCII = false
            guard let (scalar, length) = UTF8Decoding.decode(base, at, end) else {
                at = badBytes(from: at, base, end)
                continue
            }
            if scalar.value < 0xA0 || scalar.value == 0xAD || scalar.value >= 0x061C { found(at..<at + length, scalar) }
            at += length
        }
    }

    /// The next byte that is not printable ASCII, tab or line break; eight at a time, as nearly all are.
    @inline(__always)
    private func nextOdd(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = ones &* 0x7F
        let high = ones &* 0x80
        var at = start
        while true {
            while at + 8 <= end {
                let word = UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
                let seven = word & low
                // The top bit of each byte says yes: below 0x20, is DEL, is no line feed.
                let control = ~(seven &+ ones &* 0x60)
                let delete = seven &+ ones
                let feed = word ^ (ones &* 0x0A)
                let other = ((feed & low) &+ low) | feed
                if ((control & other) | delete | word) & high != 0 { break }
                at += 8
            }
            // Tabs and carriage returns are rare enough to be looked at one by one.
            let stop = min(at + 8, end)
            while at < stop, !Self.isOdd(base[at]) { at += 1 }
            if at < stop || at == end { return at }
        }
    }

    @inline(__always)
    private static func isOdd(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 0x0A && byte != 0x09 && byte != 0x0D) || byte > 0x7E
    }

    private mutating func badBytes(from start: Int, _ base: UnsafePointer<UInt8>, _ end: Int) -> Int {
        var at = start + 1
        // Bytes of one broken sequence, and broken ones right behind it, are one fault.
        while at < end, base[at] >= 0x80, UTF8Decoding.decode(base, at, end) == nil { at += 1 }
        bad.append(start..<at)
        let shown = (start..<min(at, start + 4)).map { Escaping.escape(byte: base[$0]) }.joined()
        add(
            .yamlEncoding,
            "byte \(shown) is not valid UTF-8",
            start..<at,
            // No part of the message: by that a finding is known while the text around it changes.
            note: "\(start) bytes from the start of the file",
            help: "save the file as UTF-8"
        )
        return at
    }

    private mutating func found(_ place: Range<Int>, _ scalar: Unicode.Scalar) {
        let name = "U+" + String(repeating: "0", count: max(0, 4 - hex(scalar).count)) + hex(scalar)
        switch scalar.value {
        case 0x85, 0x2028, 0x2029:
            add(
                .yamlLineSeparator,
                "line break \(name) is no line break to most programs",
                place,
                severity: .warning,
                help: "use a plain line break"
            )
        case 0...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF:
            bad.append(place)
            add(
                .yamlControlCharacter,
                "control character \(name)",
                place,
                help: "remove it, or write it as an escape in double quotes"
            )
        default:
            guard Escaping.isBidiControl(scalar) || Escaping.isZeroWidth(scalar), !joins(place.lowerBound, scalar)
            else { return }
            let what = Escaping.isBidiControl(scalar) ? "changes the order of the text around it" : "cannot be seen"
            add(
                .yamlHiddenCharacter,
                "character \(name) \(what)",
                place,
                help: "remove it, or write it as an escape in double quotes if it is meant"
            )
        }
    }

    /// Whether a joiner stands behind a letter of a script, or an emoji, that is written with joiners.
    private func joins(_ offset: Int, _ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value == 0x200C || scalar.value == 0x200D else { return false }
        var before = offset - 1
        while before > range.lowerBound, file.base[before] & 0xC0 == 0x80 { before -= 1 }
        guard before >= range.lowerBound, let (previous, _) = UTF8Decoding.decode(file.base, before, offset) else {
            return false
        }
        return previous.value >= 0x0600 && !(0x2000...0x206F).contains(previous.value)
    }

    private func hex(_ scalar: Unicode.Scalar) -> String { String(scalar.value, radix: 16, uppercase: true) }

    private mutating func add(
        _ code: DiagnosticCode,
        _ message: String,
        _ place: Range<Int>,
        severity: Severity = .error,
        note: String? = nil,
        help: String
    ) {
        let source = SourceRange(
            file: id,
            start: UInt32(truncatingIfNeeded: place.lowerBound),
            end: UInt32(truncatingIfNeeded: place.upperBound)
        )
        diagnostics.append(
            Diagnostic(
                code,
                severity: severity,
                message,
                at: source,
                notes: note.map { [$0] } ?? [],
                help: [Help(help)]
            )
        )
        // So many odd bytes are no text: the rest would say the same again and again.
        if diagnostics.count >= 50 {
            refuse(Diagnostic(.yamlGivenUp, "too many odd bytes: this does not look like text", at: source))
        }
    }
}

/// Strict UTF-8, one scalar at a time.
enum UTF8Decoding {
    /// The scalar at `at` and its length, or nil for an overlong, broken or out-of-range sequence or a surrogate.
    static func decode(_ base: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> (Unicode.Scalar, Int)? {
        let lead = base[at]
        let length: Int
        var value: UInt32
        switch lead {
        case 0..<0x80: return (Unicode.Scalar(lead), 1)
        case 0xC2...0xDF: (length, value) = (2, UInt32(lead & 0x1F))
        case 0xE0...0xEF: (length, value) = (3, UInt32(lead & 0x0F))
        case 0xF0...0xF4: (length, value) = (4, UInt32(lead & 0x07))
        default: return nil
        }
        guard at + length <= end else { return nil }
        for index in 1..<length {
            let byte = base[at + index]
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
        guard value >= least, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }
}
