import ResourceModel
import SourceDiagnostics

/// Limits and logs that no driver could give a process.
extension ServiceDraft {
    func checkLimits(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        if let size = spec.shmSize, size.bytes == 0 {
            decoder.report(.outOfRange, "`shmSize` must be more than 0", at: site.range("shmSize"))
        }
        for entry in spec.ulimits {
            let (soft, hard) = (entry.value.soft, entry.value.hard)
            // Unlimited is more than any number.
            guard soft != hard, hard != -1, soft == -1 || soft > hard else { continue }
            decoder.report(
                .conflict,
                "the soft limit of `\(entry.key)` is \(soft == -1 ? "unlimited" : "\(soft)"), but the hard one is \(hard)",
                at: site.range("ulimits.\(entry.key).soft"),
                secondary: [Label(site.range("ulimits.\(entry.key).hard"), "the hard limit is given here")]
            )
        }
    }

    /// The sizes of logs that are kept in files; where the driver is not named the engine's own may be another one.
    func checkLogging(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        guard let logging = spec.logging, ["json-file", "local", nil].contains(logging.driver) else { return }
        let severity: Severity = logging.driver == nil ? .warning : .error
        if let size = logging.options["max-size"], !Self.isLogSize(size) {
            decoder.report(
                .invalidUnit,
                "`max-size` of a log cannot be `\(ManifestDecoder.shortened(size))`",
                at: site.range("logging.options.max-size"),
                severity: severity,
                help: ["write a size such as 10m"]
            )
        }
        if let files = logging.options["max-file"], Int(files).map({ $0 < 1 }) ?? true {
            decoder.report(
                .invalidNumber,
                "`max-file` of a log cannot be `\(ManifestDecoder.shortened(files))`",
                at: site.range("logging.options.max-file"),
                severity: severity,
                help: ["write how many files are kept, at least 1, such as \"3\""]
            )
        }
    }

    /// `10m`, `1.5GiB`, `1024`, or `-1` for no end.
    private static func isLogSize(_ text: String) -> Bool {
        if text == "-1" { return true }
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard number.first?.isNumber ?? false, Double(number) != nil else { return false }
        let unit = text[number.endIndex...].lowercased().drop { $0 == " " }
        return unit.isEmpty || unit == "b"
            || ["k", "m", "g", "t", "p"].contains { unit.first == $0.first }
                && ["", "b", "i", "ib"].contains(String(unit.dropFirst()))
    }
}
