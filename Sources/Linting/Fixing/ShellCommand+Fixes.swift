/// Mends of commands: of one argument, or of the script of a shell.
extension ShellCommand {
    /// Changes the script, where the command is one of a shell.
    func fixOfItem(_ field: String, _ change: (String) -> String?) -> LintFix? {
        guard let script, let index = arguments.firstIndex(of: script), let changed = change(script) else { return nil }
        return LintFix.quoted(changed).map { .set("\(field)[\(index)]", $0) }
    }

    /// Lets curl fail for answers that are errors.
    func fixOfCurl(_ field: String) -> LintFix? {
        if script == nil {
            guard let index = arguments.firstIndex(where: { $0 == "curl" || $0.hasSuffix("/curl") }) else { return nil }
            return .unsafe(.insert("--fail", after: index, of: field))
        }
        return fixOfItem(field) { script in
            // A word of its own, so not a part of another one or of an address.
            guard script.hasPrefix("curl ") else { return nil }
            return "curl --fail " + script.dropFirst(5)
        }
    }

    /// The script with `exec` in front of its last command, where that is a program; nil where it may not be one.
    static func withExec(_ script: String) -> String? {
        guard let last = script.lastIndex(where: { ";&\n".contains($0) }), !script.contains("|"), !script.contains("(")
        else { return nil }
        let start = script[script.index(after: last)...].firstIndex { $0 != " " } ?? script.endIndex
        let word = script[start...].prefix { $0 != " " }
        let notPrograms = [
            "", "cd", "export", "set", "if", "then", "else", "fi", "done", "do", "case", "esac", "{", "}", ".",
        ]
        guard !notPrograms.contains(String(word)), !word.contains("="), !word.contains("'"), !word.contains("\"") else {
            return nil
        }
        return script[..<start] + "exec " + script[start...]
    }
}
