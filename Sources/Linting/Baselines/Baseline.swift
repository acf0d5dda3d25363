import Manifests
import SourceDiagnostics

/// The findings that a project knows of and lives with for now, as a file of text.
///
/// One finding a line, sorted, so that branches merge: the resource, the field, the rule, and the fingerprint, which
/// alone decides. No line holds a number of a line, so that an entry stays good when its manifest is edited elsewhere.
package struct Baseline: Sendable {
    /// One known finding, and where the file says so.
    package struct Entry: Sendable, Hashable {
        package var resource: String
        package var rule: String
        package var fingerprint: String
        package var range: SourceRange

        /// Whether the finding hangs on the machine that looks, and not on the manifests alone: one that is not found
        /// here may be found elsewhere.
        package var isOfMachine: Bool { Baseline.machineCodes.contains(rule) }
    }

    private static let machineCodes = Set([DiagnosticCode.unsetVariable, .missingContent].map(\.id))

    package private(set) var entries: [Entry] = []

    static let header = "# orchplan lint baseline 1"

    /// Reads a file; comments and empty lines say nothing, and of equal lines the first one counts.
    package init(_ file: SourceFile, id: SourceID) throws(BaselineFault) {
        var seen: Set<String> = []
        for line in 1...max(1, file.lineCount) {
            let bytes = file.lineRange(line)
            let text = file.text(in: bytes)
            if line == 1 {
                // Some editors put a byte order mark there.
                let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
                guard text.hasPrefix("# orchplan lint baseline ") else { throw .noBaseline }
                guard text == Self.header else { throw .newer }
                continue
            }
            let words = text.split(separator: " ")
            if words.isEmpty || text.hasPrefix("#") { continue }
            guard words.count == 4, words[3].utf8.count == 32, words[3].allSatisfy(\.isHexDigit) else {
                throw .misread(line)
            }
            guard seen.insert(String(words[3])).inserted else { continue }
            let range = SourceRange(file: id, start: UInt32(bytes.lowerBound), end: UInt32(bytes.upperBound))
            entries.append(
                Entry(
                    resource: String(words[0]),
                    rule: String(words[2].prefix { $0 != "/" }),
                    fingerprint: String(words[3]),
                    range: range
                )
            )
        }
    }

    /// Marks the findings that the file knows, and gives the entries that no finding belongs to any more.
    package func apply(to findings: inout [Finding]) -> [Entry] {
        var unused = Dictionary(entries.map { ($0.fingerprint, $0) }) { first, _ in first }
        for index in findings.indices {
            guard Self.canKnow(findings[index].diagnostic), let identity = findings[index].identity,
                unused.removeValue(forKey: identity.fingerprint) != nil
            else { continue }
            if findings[index].standing == .counts { findings[index].standing = .baselined }
        }
        let rest = Set(unused.keys)
        return entries.filter { rest.contains($0.fingerprint) }
    }

    /// The file that knows these findings, as far as a baseline can.
    package static func text(_ findings: [Finding], sources: SourceMap) -> String {
        let lines = findings.compactMap { finding -> String? in
            guard isKnowable(finding), let identity = finding.identity else { return nil }
            let file = finding.diagnostic.primary.flatMap { sources[$0.range.file]?.path } ?? ""
            let words = [
                identity.resource ?? file, identity.field,
                "\(finding.diagnostic.code.id)/\(finding.diagnostic.code.slug)", identity.fingerprint,
            ]
            return words.map(word).joined(separator: " ")
        }
        let sorted = lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return header + "\n# What `orchplan lint` knew of and does not tell: resource, field, rule, fingerprint.\n"
            + sorted.map { $0 + "\n" }.joined()
    }

    /// How many findings a file written now would know.
    package static func knowable(_ findings: [Finding]) -> Int { findings.count(where: isKnowable) }

    /// Marks what a file written now would know.
    package static func markKnown(_ findings: inout [Finding]) {
        for index in findings.indices where isKnowable(findings[index]) { findings[index].standing = .baselined }
    }

    private static func isKnowable(_ finding: Finding) -> Bool {
        if case .suppressed = finding.standing { return false }
        return finding.identity != nil && canKnow(finding.diagnostic)
    }

    /// Whether a finding can be lived with: errors of the compiler cannot, since nothing is planned with one.
    static func canKnow(_ diagnostic: Diagnostic) -> Bool {
        guard diagnostic.code != .staleBaseline else { return false }
        return diagnostic.severity != .error || rules.contains(diagnostic.code)
    }

    private static let rules = Set(LintRule.all.map(\.code))

    /// A word of a line: without white space, and never empty.
    private static func word(_ text: String) -> String {
        if text.isEmpty { return "-" }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == " " || scalar == "%" || Escaping.needsEscape(scalar) {
                for byte in String(scalar).utf8 {
                    let digits = String(byte, radix: 16, uppercase: true)
                    result += "%" + (digits.count == 1 ? "0" : "") + digits
                }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result.hasPrefix("#") ? "%23" + result.dropFirst() : result
    }
}

/// Why a file is no baseline that could be used.
package enum BaselineFault: Error, Sendable, Hashable {
    case noBaseline
    case newer
    case misread(Int)

    package var message: String {
        switch self {
        case .noBaseline: "it is no baseline: its first line has to be `\(Baseline.header)`"
        case .newer: "it was written by a newer orchplan"
        case .misread(let line): "line \(line) is no entry: resource, field, rule and fingerprint are"
        }
    }
}

extension DiagnosticCode {
    /// What is said about entries of a baseline that are not needed any more.
    package static let staleBaseline = DiagnosticCode(
        "OP5904",
        "stale-baseline",
        "The baseline knows of findings that are gone.",
        remedy: "Write it anew with `orchplan lint --write-baseline FILE`, or remove the lines."
    )
}
