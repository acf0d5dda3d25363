import FoundationEssentials
import SourceDiagnostics

/// A file that holds what a person or a program is to read, compared byte by byte.
///
/// `RECORD_GOLDEN=1 swift test` writes every file anew instead; the review of the difference is the test then.
package struct GoldenFile: Sendable {
    package let path: String

    /// The file `Golden/NAME` beside the test's own file.
    package init(_ name: String, beside testFile: StaticString = #filePath) {
        let directory = "\(testFile)".split(separator: "/", omittingEmptySubsequences: false).dropLast()
        path = directory.joined(separator: "/") + "/Golden/" + name
    }

    /// Why `actual` is not what the file holds, as lines to read; nil when it is, or when it was recorded just now.
    package func mismatch(_ actual: String) -> String? {
        let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"
        do {
            if isRecording {
                let directory = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                try Data(actual.utf8).write(to: URL(filePath: path), options: .atomic)
                return nil
            }
            let expected = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            return expected == actual
                ? nil : "\(path) differs (RECORD_GOLDEN=1 records):\n" + Self.diff(expected, actual)
        } catch {
            return "\(path) cannot be \(isRecording ? "written" : "read") (RECORD_GOLDEN=1 records): \(error)"
        }
    }

    /// The lines that differ with their numbers, those of the file with `-`, the others with `+`.
    static func diff(_ expected: String, _ actual: String) -> String {
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let new = actual.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var lines: [(number: Int, text: String)] = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, let line, _): lines.append((offset + 1, "- " + Escaping.visible(line)))
            case .insert(let offset, let line, _): lines.append((offset + 1, "+ " + Escaping.visible(line)))
            }
        }
        lines.sort { $0.number < $1.number }
        let shown = lines.prefix(60).map { "  \($0.number): \($0.text)" }
        let rest = lines.count > 60 ? ["  and \(lines.count - 60) more lines"] : []
        return (shown + rest).joined(separator: "\n")
    }
}
