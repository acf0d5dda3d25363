import SourceDiagnostics

/// Secrets and configs.
extension SectionConverter {
    mutating func content(_ entry: ComposeEntry, _ kind: String) -> [ManifestEntry] {
        if let external = external(entry) { return external }
        // What a running secret holds cannot be read, so nobody could tell whether it is the same.
        if stack.request.isRunning, kind == "secret" {
            let name = entry.value["name"]?.text
            return name.map {
                [ManifestEntry("external", .plain("true")), ManifestEntry("name", .text($0), entry.keyRange)]
            } ?? stack.running(entry.key)
        }
        var fields: [String: ManifestEntry] = [:]
        let omitted = [
            "template_driver": OmittedKeys.Reason(
                "the content is given out as it is, and its templates are not filled in",
                help: "let the program fill them in, or put what differs into variables"
            ), "driver": OmittedKeys.Reason("there are no drivers of secrets"),
            "driver_opts": OmittedKeys.Reason("there are no drivers of secrets"),
        ]
        let known = ["name", "file", "environment", "labels", "external"] + (kind == "config" ? ["content"] : [])
        record(entry, "\(kind)s.\(entry.key)", known, omitted: omitted) { section, field in
            switch field.key {
            case "name":
                section.log.leftOut(
                    "name",
                    of: section.owner,
                    at: field.keyRange,
                    because: "it is named after its content, and another content gets another name by itself"
                )
            case "labels":
                if let map = section.map(field.value, "labels", .auto), !map.isEmpty {
                    fields["labels"] = ManifestEntry("labels", map, field.keyRange)
                }
            case "file": fields["file"] = section.file(field, kind)
            case "external": break
            default:
                guard let text = section.text(field.value, field.key) else { return }
                fields[field.key] = ManifestEntry(field.key, .text(text), field.value.range)
            }
        }
        if ["file", "environment", "content"].allSatisfy({ fields[$0] == nil && entry.value[$0] == nil }) {
            log.error(
                .unconvertible,
                "the \(kind) `\(entry.key)` has no source",
                at: entry.keyRange,
                help: ["add `file: PATH`, or `external: true` where somebody else makes it"]
            )
        }
        return ["file", "environment", "content", "labels"].compactMap { fields[$0] }
    }

    private mutating func file(_ field: ComposeEntry, _ kind: String) -> ManifestEntry? {
        guard var path = text(field.value, "file") else { return nil }
        if kind == "secret", VariableText.hasVariable(path) {
            guard let resolved = VariableText.resolved(path, values) else {
                let name = VariableText.mentions(path).first?.name ?? "NAME"
                log.error(
                    .unconvertible,
                    "the file of a secret holds no variable in a manifest",
                    at: field.value.range,
                    help: ["say what it is: `--var \(name)=VALUE`"]
                )
                return nil
            }
            log.changed("file", of: owner, at: field.value.range, "its variable became `\(resolved)`")
            path = resolved
        }
        return ManifestEntry("file", .text(stack.relocation.moved(path)), field.value.range)
    }
}
