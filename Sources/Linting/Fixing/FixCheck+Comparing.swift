import Manifests
import SourceDiagnostics
import YAMLDocuments

/// Whether fixes made anything worse.
extension FixCheck {
    /// The first finding that is the doing of the fixes since `before`.
    func firstNew(since before: FixCheck) -> Diagnostic? { new(since: before, limit: 1).first }

    /// The findings that are the doing of the fixes since `before`.
    ///
    /// Errors hide other findings: where one was mended, warnings that come to light are not the fix's doing. Nor are
    /// errors of what a document says that could not be read before, or of what names something in one; but errors of
    /// its syntax are.
    func new(since before: FixCheck, limit: Int = .max) -> [Diagnostic] {
        let isMended = errors { _ in true } < before.errors { _ in true }
        let isClearer = errors(\.isOfSyntax) < before.errors(\.isOfSyntax)
        let isRevealing = isClearer && unread < before.unread
        var left: [Diagnostic.Identity: Int] = [:]
        for diagnostic in before.diagnostics { left[diagnostic.identity, default: 0] += 1 }
        var found: [Diagnostic] = []
        for diagnostic in diagnostics where found.count < limit {
            let count = left[diagnostic.identity] ?? 0
            left[diagnostic.identity] = count - 1
            if count > 0 { continue }
            if diagnostic.severity != .error {
                if isMended || isRevealing { continue }
            } else if !diagnostic.isOfSyntax {
                // What a fault of the syntax may have taken away was not called missing.
                if isRevealing || (isClearer && diagnostic.code == .missingField) { continue }
            }
            found.append(diagnostic)
        }
        return found
    }

    /// The line that a range begins on, and its file.
    func line(of range: SourceRange) -> FileLine? {
        sources.position(of: range).map { FileLine(file: range.file, line: $0.line) }
    }

    struct FileLine: Hashable {
        var file: SourceID
        var line: Int
    }

    private func errors(_ isCounted: (Diagnostic) -> Bool) -> Int {
        diagnostics.count { $0.severity == .error && isCounted($0) }
    }

    /// How many documents could not be read.
    private var unread: Int {
        Set(diagnostics.filter(\.isOfSyntax).compactMap(\.primary?.range.file))
            .reduce(0) { count, id in
                count + (sources[id].map { YAMLReader.forEachDocument(file: $0, id: id) { _, _ in }.abandoned } ?? 0)
            }
    }
}

extension Diagnostic {
    /// What two findings of the same thing share while the text around them changes.
    fileprivate struct Identity: Hashable {
        var code: DiagnosticCode
        var message: String
    }

    fileprivate var identity: Identity { Identity(code: code, message: message) }

    /// Whether it is about the text as YAML.
    fileprivate var isOfSyntax: Bool { code.id.hasPrefix("OP10") }
}
