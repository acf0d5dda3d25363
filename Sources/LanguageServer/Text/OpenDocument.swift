import ResourceModel
import SourceDiagnostics

/// A document that a client has open: its text is what counts, not the file's.
struct OpenDocument: Sendable {
    /// As the client writes it.
    let uri: String
    /// Absolute; nil for a document that is no file.
    let path: String?
    var version: Int
    private(set) var file: SourceFile

    init(uri: String, version: Int, text: String) {
        self.uri = uri
        path = FileURI.path(uri)
        self.version = version
        file = SourceFile(path: path ?? uri, text: text)
    }

    /// Whether it is the file with a project's settings.
    var isProjectFile: Bool { path.map { FilePath.name($0) } == "orchplan.yaml" }

    /// Applies one change of a `didChange`, of a range or of all.
    mutating func apply(_ change: CanonicalValue, _ encoding: PositionEncoding) throws(RequestError) {
        guard let text = change["text"]?.string else {
            throw RequestError(.invalidParameters, "a change has no text")
        }
        guard let range = change["range"] else {
            file = SourceFile(path: file.path, text: text)
            return
        }
        guard let range = file.byteRange(range, encoding) else {
            throw RequestError(.invalidParameters, "the range of a change is not two positions")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(file.count - range.count + text.utf8.count)
        bytes += file.bytes[..<range.lowerBound]
        bytes += text.utf8
        bytes += file.bytes[range.upperBound...]
        file = SourceFile(path: file.path, bytes: bytes)
    }
}

extension SourceFile {
    /// The bytes between two positions of a message; the order of the two does not matter.
    func byteRange(_ range: CanonicalValue, _ encoding: PositionEncoding) -> Range<Int>? {
        guard let start = range["start"].flatMap(TextPosition.init), let end = range["end"].flatMap(TextPosition.init)
        else { return nil }
        let one = offset(start, encoding)
        let other = offset(end, encoding)
        return min(one, other)..<max(one, other)
    }

    /// A stretch of bytes as a message says it.
    func range(_ range: Range<Int>, _ encoding: PositionEncoding) -> CanonicalValue {
        JSON.object(["start": place(range.lowerBound, encoding).json, "end": place(range.upperBound, encoding).json])
    }

    func range(_ range: SourceRange, _ encoding: PositionEncoding) -> CanonicalValue {
        self.range(Int(range.start)..<Int(max(range.start, range.end)), encoding)
    }
}

extension TextPosition {
    init?(_ value: CanonicalValue) {
        guard let line = value["line"]?.count, let column = value["character"]?.count else { return nil }
        self.init(line: line, column: column)
    }

    var json: CanonicalValue {
        JSON.object(["line": JSON.integer(line), "character": JSON.integer(column)])
    }
}
