/// Placement expressions, in the grammar of SwarmKit.
enum PlacementRules {
    /// What is wrong with `KEY == VALUE` or `KEY != VALUE`, if anything.
    static func fault(ofConstraint text: String) -> String? {
        let shown = ManifestDecoder.shortened(text)
        for sign in ["==", "!="] {
            let parts = text.components(separatedBy: sign)
            guard parts.count == 2 else { continue }
            let key = trimmed(parts[0])
            let value = trimmed(parts[1])
            guard isKey(key), !value.isEmpty else { return "`\(shown)` is no placement constraint" }
            let lower = key.lowercased()
            let known =
                ["node.id", "node.hostname", "node.ip", "node.role", "node.platform.os", "node.platform.arch"].contains(lower)
                || lower.hasPrefix("node.labels.") || lower.hasPrefix("engine.labels.")
            guard known else { return "`\(ManifestDecoder.shortened(String(key)))` is nothing that a node has" }
            if lower == "node.role", value.lowercased() != "manager", value.lowercased() != "worker" {
                return "a node's role is manager or worker, not `\(ManifestDecoder.shortened(String(value)))`"
            }
            return nil
        }
        return "`\(shown)` is no placement constraint"
    }

    /// Whether a text is `spread=KEY`.
    static func isPreference(_ text: String) -> Bool {
        guard text.hasPrefix("spread=") else { return false }
        let key = text.dropFirst("spread=".count)
        return key.hasPrefix("node.labels.") || key.hasPrefix("engine.labels.")
    }

    private static func isKey(_ key: Substring) -> Bool {
        !key.isEmpty && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "!") }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// Signals that may ask an instance to stop.
enum Signals {
    static let names = [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN",
        "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ]

    /// A name with or without SIG, a number from 1 to 64, or a real-time signal.
    static func isKnown(_ signal: String) -> Bool {
        if let number = Int(signal) { return (1...64).contains(number) }
        let name = signal.hasPrefix("SIG") ? signal : "SIG" + signal
        return names.contains(name) || name.hasPrefix("SIGRTMIN") || name.hasPrefix("SIGRTMAX")
    }
}
