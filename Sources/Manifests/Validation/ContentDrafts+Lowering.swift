import ResourceModel
import SourceDiagnostics

extension SecretDraft: KindDraft {
    static var kind: ResourceKind { .secret }

    mutating func lowered(_ decoder: inout ManifestDecoder, _ site: borrowing Site) -> ResourceSpec {
        var spec = SecretSpec()
        spec.name = name
        spec.labels = labels
        if external { GivenNames.check(name, isExternal: true, &decoder, site, "Secret") }
        let sources = ["file", "environment", "generate", "age", "external"]
        if let source = OneSource.only(of: sources, isExternal: external, Self.table, &decoder, site, "Secret") {
            spec.source = self.source(source, &decoder, site) ?? .external
        }
        if name != nil, !external {
            decoder.report(.conflict, "`name` is for external secrets alone", at: site.range("name"))
        }
        return .secret(spec)
    }

    private func source(_ field: String, _ decoder: inout ManifestDecoder, _ site: borrowing Site) -> SecretSource? {
        switch field {
        case "file": return file.flatMap { path($0, &decoder, site, "file") }.map(SecretSource.file)
        case "age": return age.flatMap { path($0, &decoder, site, "age") }.map(SecretSource.age)
        case "environment":
            guard let environment else { return nil }
            guard VariableName.isValid(environment) else {
                decoder.report(
                    .invalidText,
                    "`\(ManifestDecoder.shortened(environment))` cannot be the name of a variable",
                    at: site.range("environment")
                )
                return nil
            }
            return .environment(environment)
        case "generate":
            guard let generate else { return nil }
            guard let charset = Charset.characters(generate.charset) else {
                decoder.report(
                    .unknownValue,
                    "`charset` cannot be `\(ManifestDecoder.shortened(generate.charset))`",
                    at: site.range("generate.charset"),
                    help: [
                        "write alphanumeric, letters, digits, hex, printable, or at least two different ASCII characters"
                    ]
                )
                return nil
            }
            return .generate(length: generate.length, charset: charset, rotation: generate.rotation)
        default:
            return .external
        }
    }

    /// The path relative to the project, after the file was looked at.
    private func path(_ path: String, _ decoder: inout ManifestDecoder, _ site: borrowing Site, _ field: String)
        -> String?
    {
        let range = site.range(field)
        let directory = site.directory(of: field)
        guard let absolute = decoder.projectPath(path, below: directory, at: range, "file of a secret") else {
            return nil
        }
        decoder.checkSecretFile(absolute, shownAs: path, at: range, isEncrypted: field == "age")
        return PathRules.relative(absolute, to: decoder.context.root)
    }
}

extension ConfigDraft: KindDraft {
    static var kind: ResourceKind { .config }

    mutating func lowered(_ decoder: inout ManifestDecoder, _ site: borrowing Site) -> ResourceSpec {
        var spec = ConfigSpec()
        spec.name = name
        spec.labels = labels
        spec.external = external
        if external { GivenNames.check(name, isExternal: true, &decoder, site, "Config") }
        let source = OneSource.only(
            of: ["file", "content", "environment", "external"],
            isExternal: external,
            Self.table,
            &decoder,
            site,
            "Config"
        )
        switch source {
        case "content": spec.content = content.map { ConfigContent(bytes: Array($0.utf8)) }
        case "file":
            guard let file else { break }
            let limit = ManifestDecoder.configLimit
            let found = decoder.content(
                of: file,
                below: site.directory(of: "file"),
                at: site.range("file"),
                "file of a config",
                limit: limit
            )
            spec.content = found.map { ConfigContent(bytes: Array($0.bytes)) }
        case "environment":
            guard let environment else { break }
            decoder.variableUses.append(VariableUse(name: environment, range: site.range("environment")))
            if let value = decoder.context.variables.environment[environment] {
                spec.content = ConfigContent(bytes: Array(value.utf8))
            } else {
                decoder.report(
                    .unsetVariable,
                    "the variable `\(ManifestDecoder.shortened(environment))` is not set",
                    at: site.range("environment")
                )
            }
        default: break
        }
        if let content = spec.content, content.bytes.count > ManifestDecoder.configLimit {
            decoder.report(
                .contentSize,
                "the content is larger than \(ManifestDecoder.configLimit) bytes",
                at: site.range(source ?? "content")
            )
        }
        if name != nil, !external {
            decoder.report(.conflict, "`name` is for external configs alone", at: site.range("name"))
        }
        return .config(spec)
    }
}

/// Records of which exactly one of several fields must be given.
enum OneSource {
    /// The one that is given; nil, and a diagnostic, otherwise.
    static func only<Root>(
        of names: [String],
        isExternal: Bool,
        _ table: FieldTable<Root>,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ title: String
    ) -> String? {
        guard site.base != nil || !site.overlays.isEmpty else { return nil }
        var given: [String] = []
        for name in names where site.seen & table.bit(name) != 0 && site.gives(name) {
            // `external: false` is what holds anyway.
            if name != "external" || isExternal { given.append(name) }
        }
        if given.count == 1 { return given[0] }
        let all = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
        if given.isEmpty {
            // An unknown field may be the mistyped source, and was reported.
            guard !site.hasUnknown("", table) else { return nil }
            decoder.report(
                .oneOf,
                "\(title) `\(site.name)` has no source",
                at: site.nameRange,
                help: ["give exactly one of \(all)"]
            )
        } else {
            decoder.report(
                .oneOf,
                "\(title) `\(site.name)` has \(given.count) sources",
                at: site.range(given[1]),
                secondary: [Label(site.range(given[0]), "the first is here")],
                help: ["give exactly one of \(all)"]
            )
        }
        return nil
    }
}

/// Names of environment variables.
enum VariableName {
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, !Digits.isDigit(first) else { return false }
        return name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "$") }
    }
}

/// The characters that a generated secret is made of.
enum Charset {
    private static let digits = "0123456789"
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let printable = String(decoding: UInt8(0x21)...0x7E, as: UTF8.self)

    /// What a named set, or a text of at least two different printable characters, stands for.
    static func characters(_ text: String) -> String? {
        switch text {
        case "alphanumeric": return letters + digits
        case "letters": return letters
        case "digits": return digits
        case "hex": return "0123456789abcdef"
        case "printable": return printable
        default:
            let bytes = Array(text.utf8)
            guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }), Set(bytes).count >= 2,
                Set(bytes).count == bytes.count
            else {
                return nil
            }
            return text
        }
    }
}
