import SourceDiagnostics

extension ManifestDecoder {
    /// Takes what somebody wrote as the bytes of a secret out of the messages about it.
    ///
    /// - Parameter start: The first diagnostic of the secret's `spec`.
    mutating func hideValues(from start: Int, except names: [String]) {
        guard diagnostics.count > start, let file else { return }
        for index in start..<diagnostics.count {
            guard let range = diagnostics[index].primary?.range, Int(range.end) <= file.count else { continue }
            // A key says where the value stands, and is no value.
            let next = file.bytes[Int(range.end)...].first { $0 != 0x20 && $0 != 0x09 }
            if next == UInt8(ascii: ":") { continue }
            var text = String(decoding: file.bytes[Int(range.start)..<Int(range.end)], as: UTF8.self)
            if let quote = text.first, quote == "\"" || quote == "'", text.last == quote, text.count > 1 {
                text = String(text.dropFirst().dropLast())
            }
            let shown = "`\(Self.shortened(text))`"
            guard !names.contains(text), !["true", "false"].contains(text), diagnostics[index].code != .unknownField
            else { continue }
            diagnostics[index].message = diagnostics[index].message.replacing(shown, with: "(sensitive)")
            diagnostics[index].help = diagnostics[index].help.filter { !$0.text.contains(shown) }
        }
    }
}
