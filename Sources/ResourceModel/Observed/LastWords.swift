/// What a process printed before it ended badly, as far as it may say why.
///
/// The last line is often no cause at all: an access log goes on until the end. A line that reads like an error counts
/// as one; any other is passed on as what it is, the last output.
package enum LastWords {
    /// How many of the last lines are looked at.
    package static let considered = 20
    private static let label = "last output: "

    /// - Parameter lines: Oldest first.
    /// - Returns: The last line that reads like an error, else the last that says anything, labelled; nil: there is none.
    package static func cause(_ lines: [String]) -> String? {
        let spoken = lines.suffix(considered).filter { !$0.allSatisfy(\.isWhitespace) }
        return spoken.last(where: isError) ?? spoken.last.map { label + $0 }
    }

    /// A message as it is put behind what it belongs to: `: no such table`, `; last output: GET /`.
    package static func appended(_ message: String?) -> String {
        message.map { ($0.hasPrefix(label) ? "; " : ": ") + $0 } ?? ""
    }

    /// Whether a line plausibly tells of an error, in the words that programs use.
    static func isError(_ line: String) -> Bool {
        guard !isRequest(line) else { return false }
        let text = line.lowercased()
        let words = text.split { !$0.isLetter && $0 != "'" }
        guard calm.isDisjoint(with: words.prefix(8)) else { return false }
        return words.contains { alarming.contains($0) || $0.hasSuffix("error") || $0.hasSuffix("exception") }
            || phrases.contains { text.contains($0) }
    }

    /// A line of an access log, whatever its status says of the one who asked.
    private static func isRequest(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        guard let version = words.firstIndex(where: { $0.hasPrefix("HTTP/") }) else { return false }
        return words[..<version].contains { word in methods.contains(word.drop { !$0.isLetter }) }
    }

    private static let methods: Set<Substring> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ]
    /// Levels that say of themselves that nothing is wrong.
    private static let calm: Set<Substring> = ["info", "debug", "trace", "notice", "verbose"]
    private static let alarming: Set<Substring> = [
        "err", "errno", "fatal", "panic", "panicked", "critical", "emerg", "crash", "crashed", "abort", "aborted",
        "aborting", "fail", "fails", "failed", "failure", "cannot", "can't", "couldn't", "unable", "denied", "refused",
        "missing", "invalid", "illegal", "unknown", "unexpected", "unhandled", "uncaught", "undefined", "killed",
        "segfault", "corrupt", "corrupted", "timeout", "unreachable", "unsupported",
    ]
    private static let phrases = [
        "not found", "no such", "could not", "does not exist", "not permitted", "already in use", "no space",
        "out of memory", "out of range", "timed out", "too many", "segmentation fault", "stack overflow",
    ]
}
