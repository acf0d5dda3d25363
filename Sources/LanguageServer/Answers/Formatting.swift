import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// The layout of a document, as `orchplan fmt` writes it.
extension LanguageServer {
    /// One edit of the lines that change; none where the text is no YAML, or cannot be laid out without changing more.
    func formatting(_ document: OpenDocument) -> CanonicalValue {
        guard case .changed(let bytes) = LayoutFormatter.format(document.file) else { return .array([]) }
        let file = document.file
        var start = zip(file.bytes, bytes).prefix { $0 == $1 }.count
        while start > 0, file.bytes[start - 1] != 0x0A { start -= 1 }
        let most = min(file.count, bytes.count) - start
        var same = zip(file.bytes.reversed(), bytes.reversed()).prefix(most).prefix { $0 == $1 }.count
        while same > 0, file.bytes[file.count - same - 1] != 0x0A { same -= 1 }
        return .array([
            JSON.object([
                "range": file.range(start..<(file.count - same), client.encoding),
                "newText": .string(String(decoding: bytes[start..<(bytes.count - same)], as: UTF8.self)),
            ])
        ])
    }
}
