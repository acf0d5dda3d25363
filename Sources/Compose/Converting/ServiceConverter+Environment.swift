import Manifests
import SourceDiagnostics

/// Variables, where Docker's client reads another value than the one that is written.
extension ServiceConverter {
    mutating func environment(_ entry: ComposeEntry) {
        guard let map = map(entry.value, "environment", keepsNull: true) else { return }
        set("environment", map, entry.keyRange)
        for variable in entry.value.entries ?? [] {
            guard case .scalar(let text, isPlain: true) = variable.value.content, PlainNumber.isRewritten(text) else {
                continue
            }
            log.changed(
                "environment.\(variable.key)",
                of: owner,
                at: variable.value.range,
                "Docker reads `\(text)` as a number and writes it in its own way; here it stays the text `\(text)`",
                help: "write the value that the service is to get, in quotes"
            )
        }
    }

    /// Says which variables of a file have other values here: Docker's client takes all that is behind `=` as it is.
    mutating func compareEnvironmentFile(_ path: String, _ range: SourceRange) {
        let place = path.hasPrefix("/") ? path : Relocation.normalised(stack.request.base + "/" + path)
        guard let file = try? stack.request.files.read(place, shownAs: path, limit: 1 << 20) else { return }
        let text = String(decoding: file.bytes, as: UTF8.self)
        let ours = Dictionary(EnvFile.parse(text).variables) { $1 }
        var names: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop { $0 == " " || $0 == "\t" }
            guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { continue }
            let name = String(line[..<sign])
            if let own = ours[name], own != line[line.index(after: sign)...], !names.contains(name) {
                names.append(name)
            }
        }
        guard !names.isEmpty else { return }
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        log.changed(
            "env_file",
            of: owner,
            at: range,
            "`\(path)`: quotes, ` #` and spaces around values are not part of them here, as they are for"
                + " `docker stack deploy`: \(names.prefix(5).joined(separator: ", "))\(more)",
            help: "see which of the two values the service is to get"
        )
    }
}

/// Text that Docker's YAML reader takes for a number and prints otherwise.
enum PlainNumber {
    /// Whether a plain scalar is a number of YAML 1.1 or 1.2 whose usual way of writing is another one.
    static func isRewritten(_ text: String) -> Bool {
        var digits = Substring(text)
        if let sign = digits.first, sign == "-" || sign == "+" { digits = digits.dropFirst() }
        let lower = digits.lowercased()
        if lower.hasPrefix("0x") { return isAll(lower.dropFirst(2), "0123456789abcdef_") }
        if lower.hasPrefix("0o") { return isAll(lower.dropFirst(2), "01234567_") }
        if lower.hasPrefix("0b") { return isAll(lower.dropFirst(2), "01_") }
        guard let first = lower.first, first == "." || first.isASCII && first.isNumber else { return false }
        let parts = lower.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard mantissa.allSatisfy({ $0.isEmpty || isAll($0, "0123456789_") }), mantissa.contains(where: { !$0.isEmpty })
        else { return false }
        if parts.count == 2 {
            let exponent = parts[1].drop { $0 == "-" || $0 == "+" }
            return isAll(exponent, "0123456789")
        }
        if text.hasPrefix("+") || lower.contains("_") || mantissa[0].isEmpty { return true }
        if mantissa.count == 2 {
            return mantissa[1].isEmpty || mantissa[1].hasSuffix("0") || hasLeadingZero(mantissa[0])
        }
        return hasLeadingZero(mantissa[0]) && isAll(mantissa[0], "01234567")
    }

    private static func hasLeadingZero(_ digits: Substring) -> Bool { digits.count > 1 && digits.hasPrefix("0") }

    private static func isAll(_ text: Substring, _ characters: String) -> Bool {
        !text.isEmpty && text.allSatisfy(characters.contains)
    }
}
