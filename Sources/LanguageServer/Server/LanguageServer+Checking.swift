import ResourceModel
import SourceDiagnostics

/// When all is checked, and how what is wrong is told.
extension LanguageServer {
    /// Notes that texts or files are different now; they are checked when nothing more came for a while.
    mutating func changed(pause: Duration) {
        generation += 1
        wait += 1
        effects.append(.wake(wait, after: pause))
    }

    /// Starts a check, unless one is under way: it is followed by another one.
    mutating func startCheck() {
        guard !isChecking, checkedGeneration != generation else { return }
        isChecking = true
        var buffers: [String: SourceFile] = [:]
        for document in documents.values { if let path = document.path { buffers[path] = document.file } }
        effects.append(.check(CheckJob(generation: generation, folders: folders, buffers: buffers)))
    }

    mutating func take(_ result: CheckResult) {
        isChecking = false
        checked = result.parts
        checkedGeneration = result.generation
        guard result.generation == generation else {
            // Places in texts that have changed since would be wrong.
            wait += 1
            effects.append(.wake(wait, after: Self.pause))
            return
        }
        publish()
        answerWaiting()
    }

    /// Tells what is wrong in every file where that has changed.
    private mutating func publish() {
        let opened = Dictionary(
            documents.values.compactMap { document in document.path.map { ($0, document) } },
            uniquingKeysWith: { first, _ in first }
        )
        var texts: [String: (version: Int?, diagnostics: [CanonicalValue])] = [:]
        for (path, found) in findings() {
            let document = opened[path]
            let uri = document?.uri ?? FileURI.uri(path)
            texts[uri, default: (document?.version, [])].diagnostics += found.prefix(Self.mostFindings).map { $0.json }
        }
        for document in documents.values where texts[document.uri] == nil {
            texts[document.uri] = (document.version, [])
        }
        for uri in published.keys where texts[uri] == nil { texts[uri] = (nil, []) }
        for (uri, found) in texts.sorted(by: { $0.key < $1.key }) {
            let list = CanonicalValue.array(found.diagnostics)
            let bytes = JSON.bytes(list)
            // An open document is told of once even when nothing is wrong with it.
            guard published[uri] != bytes else { continue }
            let isOpen = documents[uri] != nil
            if published[uri] == nil, found.diagnostics.isEmpty, !isOpen { continue }
            published[uri] = found.diagnostics.isEmpty && !isOpen ? nil : bytes
            send(
                Message.notification(
                    "textDocument/publishDiagnostics",
                    JSON.object([
                        "uri": .string(uri), "version": found.version.map { JSON.integer($0) }, "diagnostics": list,
                    ])
                )
            )
        }
    }

    /// More than this in one file are no help to anybody, and slow every keystroke down.
    private static let mostFindings = 1000

    /// One thing that is wrong, where it came from and how it is told.
    struct Finding: Sendable {
        var diagnostic: Diagnostic
        var part: Int
        var file: SourceFile
        var json: CanonicalValue
    }

    /// What is wrong by the absolute path of the file, in the order of the file.
    func findings(in wanted: String? = nil) -> [String: [Finding]] {
        var found: [String: [Finding]] = [:]
        for (number, part) in checked.enumerated() {
            for diagnostic in part.sources.sorted(part.diagnostics) {
                let place = diagnostic.primary?.range
                let own = place.flatMap { part.sources[$0.file] }
                guard let path = own.map(part.path) ?? part.projectFile, wanted == nil || wanted == path,
                    part.only?.contains(path) ?? true
                else { continue }
                let file = own ?? SourceFile(path: path, text: "")
                found[path, default: []]
                    .append(
                        Finding(
                            diagnostic: diagnostic,
                            part: number,
                            file: file,
                            json: json(diagnostic, at: place, in: file, part)
                        )
                    )
            }
        }
        return found
    }

    private func json(
        _ diagnostic: Diagnostic,
        at place: SourceRange?,
        in file: SourceFile,
        _ part: CheckedPart
    ) -> CanonicalValue {
        let severity: Int64 =
            switch diagnostic.severity {
            case .error: 1
            case .warning: 2
            case .note: 3
            }
        let words =
            [diagnostic.message] + diagnostic.notes.map { "note: \($0)" } + diagnostic.help.map { "help: \($0.text)" }
        let related = diagnostic.secondary.compactMap { label -> CanonicalValue? in
            guard client.hasRelatedInformation, let file = part.sources[label.range.file] else { return nil }
            return JSON.object([
                "location": location(part.path(file), file, label.range),
                "message": .string(label.text ?? "see here"),
            ])
        }
        return JSON.object([
            "range": file.range(place ?? SourceRange(file: SourceID(0), start: 0, end: 0), client.encoding),
            "severity": .integer(severity), "code": .string(diagnostic.code.id), "source": .string("orchplan"),
            "message": .string(words.map { Escaping.visible($0) }.joined(separator: "\n")),
            "relatedInformation": related.isEmpty ? nil : .array(related),
        ])
    }

    /// A stretch of a file; the address is the client's own where the file is open.
    func location(_ path: String, _ file: SourceFile, _ range: SourceRange) -> CanonicalValue {
        location(path, file, Int(range.start)..<Int(max(range.start, range.end)))
    }

    func location(_ path: String, _ file: SourceFile, _ range: Range<Int>) -> CanonicalValue {
        let uri = documents.values.first { $0.path == path }?.uri ?? FileURI.uri(path)
        return JSON.object(["uri": .string(uri), "range": file.range(range, client.encoding)])
    }
}
