import ResourceModel
import SourceDiagnostics

/// Files with lines of `KEY=VALUE`.
package enum EnvFile {
    /// A line that cannot be read.
    package struct Fault: Equatable {
        package var line: Int
        package var reason: String
    }

    /// The variables in the order of the file, and what could not be read.
    ///
    /// Blank lines and those that start with `#` are skipped, `export` in front is allowed. A value may stand in single
    /// quotes (taken as it is) or double quotes (with `\n`, `\t`, `\"` and `\\`); ` #` ends one without quotes.
    package static func parse(_ text: some StringProtocol) -> (variables: [(String, String)], faults: [Fault]) {
        var variables: [(String, String)] = []
        var faults: [Fault] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var line = trimmed(Substring(raw))
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
            guard let sign = line.firstIndex(of: "=") else {
                faults.append(Fault(line: index + 1, reason: "there is no `=`"))
                continue
            }
            let key = String(trimmed(line[..<sign]))
            guard VariableName.isValid(key) else {
                faults.append(Fault(line: index + 1, reason: "the name is not valid"))
                continue
            }
            if let value = value(trimmed(line[line.index(after: sign)...])) {
                variables.append((key, value))
            } else {
                faults.append(Fault(line: index + 1, reason: "the quote is not closed"))
            }
        }
        return (variables, faults)
    }

    /// The lines that no process can be given as they are, at most ten of them.
    static func unusableLines(_ bytes: some Collection<UInt8>) -> [Fault] {
        var faults: [Fault] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard faults.count < 10 else { break }
            if line.contains(0) {
                faults.append(Fault(line: index + 1, reason: "holds a NUL character"))
            } else if String(validating: line, as: UTF8.self) == nil {
                faults.append(Fault(line: index + 1, reason: "is not UTF-8"))
            }
        }
        return faults
    }

    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "'" || quote == "\"" else {
            let plain = text.firstRange(ofComment: " #").map { text[..<$0] } ?? text
            return String(trimmed(plain))
        }
        var result = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == quote { return result }
            guard character == "\\", quote == "\"", let next = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch next {
            case "n": result.append("\n")
            case "t": result.append("\t")
            case "\"", "\\", "$": result.append(next)
            default: result += "\\\(next)"
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return text
    }
}

extension Substring {
    fileprivate func firstRange(ofComment mark: String) -> Index? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(mark) { return index }
            index = self.index(after: index)
        }
        return nil
    }
}

extension ServiceDraft {
    /// Adds the variables of the service's files, which its own `environment` wins over.
    mutating func readEnvFiles(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        let directory = site.directory(of: "envFiles")
        var found: SortedMap<EnvironmentValue> = [:]
        for (index, path) in envFiles.enumerated() {
            let range = site.range("envFiles[\(index)]")
            guard
                let file = decoder.content(
                    of: path,
                    below: directory,
                    at: range,
                    "file of environment variables",
                    limit: 1 << 20
                )
            else { continue }
            let unusable = EnvFile.unusableLines(file.bytes)
            for fault in unusable {
                decoder.report(
                    .badEnvFile,
                    "line \(fault.line) of `\(ManifestDecoder.shortened(path))` \(fault.reason)",
                    at: range
                )
            }
            guard unusable.isEmpty else { continue }
            let (variables, faults) = EnvFile.parse(String(decoding: file.bytes, as: UTF8.self))
            for (key, value) in variables { found[key] = .text(value) }
            for fault in faults {
                decoder.report(
                    .badEnvFile,
                    "line \(fault.line) of `\(ManifestDecoder.shortened(path))` cannot be read: \(fault.reason)",
                    at: range
                )
            }
        }
        for entry in spec.environment { found[entry.key] = entry.value }
        spec.environment = found
    }
}
