/// What the parser of arguments says about a mistake, in the form of every other error.
struct UsageError: Sendable, Hashable {
    private static let label = "Error: "

    /// The mistake, as errors are written: lowercase, no full stop.
    let message: String
    /// What follows it: how the command is used, or what else goes with it.
    let rest: String

    /// - Parameter text: The parser's own: `Error: Unknown option '--x'` and lines of usage below.
    init(_ text: String) {
        guard text.hasPrefix(Self.label) else {
            message = ""
            rest = text
            return
        }
        let lines = text.dropFirst(Self.label.count)
            .split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        var message = String(lines[0])
        if message.hasSuffix("."), !message.hasSuffix("..") { message.removeLast() }
        // A name that begins a sentence stays as it is.
        let first = message.prefix { $0.isLetter }
        if first.dropFirst().allSatisfy(\.isLowercase) { message = first.lowercased() + message.dropFirst(first.count) }
        self.message = message
        rest = lines.count > 1 ? String(lines[1]) : ""
    }

    func text(_ format: ViewFormat) -> String {
        (message.isEmpty ? "" : ErrorView(message).text(format)) + (rest.isEmpty ? "" : rest + "\n")
    }
}
