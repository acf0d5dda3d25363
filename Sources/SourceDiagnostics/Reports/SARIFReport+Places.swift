/// Places in files, other places that explain them, and the edits that mend them.
extension SARIFReport {
    func writePhysical(_ range: SourceRange?, to stream: inout ReportStream) {
        stream.write("\"physicalLocation\":{")
        writeArtifact(range, to: &stream)
        stream.write(",\"region\":{")
        writeRegion(range.flatMap(report.lineSpan), to: &stream)
        stream.write("}}")
    }

    func writeRelated(_ diagnostic: Diagnostic, to stream: inout ReportStream) {
        guard !diagnostic.secondary.isEmpty else { return }
        stream.write(",\"relatedLocations\":[")
        for (index, label) in diagnostic.secondary.enumerated() {
            stream.write(index == 0 ? "{" : ",{")
            stream.write("\"id\":\(index),")
            writePhysical(label.range, to: &stream)
            if let text = label.text {
                stream.write(",\"message\":{\"text\":")
                stream.json(text)
                stream.write("}")
            }
            stream.write("}")
        }
        stream.write("]")
    }

    func writeFixes(_ diagnostic: Diagnostic, to stream: inout ReportStream) {
        let fixes = diagnostic.fixes.filter { $0.applicability != .placeholder }
        guard !fixes.isEmpty else { return }
        stream.write(",\"fixes\":[")
        for (index, fix) in fixes.enumerated() {
            stream.write(index == 0 ? "" : ",")
            stream.write("{\"description\":{\"text\":")
            stream.json(fix.text)
            stream.write("},\"artifactChanges\":[")
            var files: [SourceID] = []
            for edit in fix.edits where !files.contains(edit.range.file) { files.append(edit.range.file) }
            for (number, file) in files.enumerated() {
                stream.write(number == 0 ? "{" : ",{")
                let edits = fix.edits.filter { $0.range.file == file }
                writeArtifact(edits.first?.range, to: &stream)
                stream.write(",\"replacements\":[")
                for (position, edit) in edits.enumerated() {
                    stream.write(position == 0 ? "{\"deletedRegion\":{" : ",{\"deletedRegion\":{")
                    writeRegion(report.span(edit.range), to: &stream)
                    stream.write("},\"insertedContent\":{\"text\":")
                    stream.json(edit.replacement)
                    stream.write("}}")
                }
                stream.write("]}")
            }
            stream.write("]}")
        }
        stream.write("]")
    }

    private func writeArtifact(_ range: SourceRange?, to stream: inout ReportStream) {
        let path = report.repositoryPath(range)
        stream.write("\"artifactLocation\":{\"uri\":\"")
        if path.utf8.first == UInt8(ascii: "/") {
            stream.write("file://" + Self.encoded(path) + "\"}")
        } else {
            stream.write(Self.encoded(path) + "\",\"uriBaseId\":\"%SRCROOT%\"}")
        }
    }

    private func writeRegion(_ span: (start: SourcePosition, end: SourcePosition)?, to stream: inout ReportStream) {
        guard let span else { return stream.write("\"startLine\":1") }
        stream.write("\"startLine\":\(span.start.line),\"startColumn\":\(span.start.column),")
        stream.write("\"endLine\":\(span.end.line),\"endColumn\":\(span.end.column)")
    }

    /// A path as part of a URI; every byte that RFC 3986 does not keep for itself or for slashes is escaped.
    static func encoded(_ path: String) -> String {
        let kept = Array("-._~/".utf8)
        var result = ""
        for byte in path.utf8 {
            let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            if isLetter || (byte >= 0x30 && byte <= 0x39) || kept.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
