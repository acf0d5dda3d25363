import SourceDiagnostics

/// Volumes, directories of the host and temporary file systems.
extension ServiceConverter {
    mutating func volumes(_ entry: ComposeEntry) {
        guard let list = entry.value.items else {
            wrongType(entry.value, "volumes", "a list")
            return
        }
        let items = list.compactMap { item in
            (item.text.map { shortVolume($0, item.range) } ?? longVolume(item)).map { ManifestItem($0, item.range) }
        }
        addMounts(items, entry.keyRange)
    }

    private mutating func addMounts(_ items: [ManifestItem], _ range: SourceRange) {
        var all: [ManifestItem] = []
        if case .list(let known, _)? = fields["mounts"]?.value { all = known }
        set("mounts", .list(all + items, .block), range)
    }

    private mutating func shortVolume(_ text: String, _ range: SourceRange) -> ManifestValue? {
        var parts = VariableText.split(text, at: ":")
        guard parts.count > 1 else {
            return .text(text)
        }
        let source = parts.removeFirst()
        let target = parts.removeFirst()
        guard let moved = self.source(source, range) else { return nil }
        var isReadOnly = false
        var options: [ManifestEntry] = []
        for option in parts.joined(separator: ":").split(separator: ",").map(String.init) {
            switch option {
            case "ro": isReadOnly = true
            case "rw": break
            case "nocopy": options.append(ManifestEntry("nocopy", .text("true"), range))
            case "z", "Z":
                if !isSwarm {
                    options.append(ManifestEntry("selinux", .text(option), range))
                } else {
                    selinux(option, range)
                }
            case "private", "rprivate", "shared", "rshared", "slave", "rslave":
                options.append(ManifestEntry("propagation", .text(option), range))
            case "cached", "delegated", "consistent", "default":
                log.leftOut(
                    "volumes.consistency",
                    "the option `\(option)` of a volume",
                    of: owner,
                    at: range,
                    because: "it means something on a Mac only"
                )
            default:
                log.error(
                    .composeValue,
                    "`\(ComposeNode.shortened(option))` is no option of a volume",
                    at: range,
                    help: ["options are ro, rw, z, Z, nocopy and kinds of propagation"]
                )
                return nil
            }
        }
        let needsMap = options.contains { $0.key == "propagation" }
        guard needsMap else {
            let words = (isReadOnly ? ["ro"] : []) + options.map { $0.key == "nocopy" ? "nocopy" : Self.word($0.value) }
            return .text("\(moved):\(target)" + (words.isEmpty ? "" : ":" + words.joined(separator: ",")))
        }
        let isBind = Self.isPath(source)
        return mount(isBind ? "bind" : "volume", moved, target, isReadOnly ? .plain("true") : nil, options, range)
    }

    private static func word(_ value: ManifestValue) -> String { if case .text(let text) = value { text } else { "" } }

    private mutating func selinux(_ option: String, _ range: SourceRange) {
        log.leftOut(
            "volumes.selinux",
            "the option `\(option)` of a volume",
            of: owner,
            at: range,
            because: "services cannot ask for it, and `docker stack deploy` ignores it",
            help: "label the directory on every node: `chcon -t container_file_t`"
        )
    }

    private static func isPath(_ source: String) -> Bool {
        [".", "/", "~"].contains { source.hasPrefix($0) } || Relocation.startsWithVariable(source)
    }

    /// The source of a mount: a declared volume, or a path, counted from the manifest's folder.
    private mutating func source(_ source: String, _ range: SourceRange) -> String? {
        if source.hasPrefix("~") {
            log.changed("volumes", of: owner, at: range, "`~` is the home of whoever applies: `${HOME}`")
            return "${HOME}" + source.dropFirst()
        }
        if Self.isPath(source) {
            let mention = VariableText.mentions(source).first
            let hasDirectory = mention.map { $0.mark.hasSuffix("-") && !$0.word.hasPrefix(".") } ?? false
            if Relocation.startsWithVariable(source), !hasDirectory, let name = mention?.name,
                !["PWD", "HOME"].contains(name)
            {
                log.changed(
                    "volumes",
                    of: owner,
                    at: range,
                    "a relative path in `\(name)` counts from `\(Relocation.folder)/` from now on",
                    help: "set it to an absolute path"
                )
            }
            return stack.relocation.moved(source)
        }
        let declared = stack.names(in: "volumes")
        if declared.contains(source) || source.isEmpty || VariableText.hasVariable(source) { return source }
        undeclared("volume", source, declared, range)
        return nil
    }

    private func mount(
        _ type: String,
        _ source: String?,
        _ target: String,
        _ readOnly: ManifestValue?,
        _ options: [ManifestEntry],
        _ range: SourceRange
    ) -> ManifestValue {
        var fields: [ManifestEntry] = []
        if type != "volume" { fields.append(ManifestEntry("type", .plain(type), range)) }
        if let source { fields.append(ManifestEntry("source", .text(source), range)) }
        fields.append(ManifestEntry("target", .text(target), range))
        if let readOnly { fields.append(ManifestEntry("readOnly", readOnly, range)) }
        if !options.isEmpty { fields.append(ManifestEntry("options", .map(options), range)) }
        return .map(fields)
    }

    private mutating func longVolume(_ item: ComposeNode) -> ManifestValue? {
        guard item.entries != nil else {
            wrongType(item, "volumes", "a volume or a map")
            return nil
        }
        let kinds = [("volume", "volume"), ("bind", "bind"), ("tmpfs", "tmpfs")]
        if let type = item["type"], ["npipe", "cluster", "image"].contains(type.text) {
            log.leftOut(
                "volumes",
                of: owner,
                at: type.range,
                because: "nothing of the type \(type.text ?? "") is mounted"
            )
            return nil
        }
        let type = item["type"].flatMap { word($0, "volumes.type", kinds) } ?? "volume"
        guard let target = item["target"]?.text else {
            log.error(.composeValue, "a volume has no `target`", at: item.range, help: ["write `target: /PATH`"])
            return nil
        }
        var source = item["source"]?.text
        if let given = source, type != "tmpfs" {
            guard let moved = self.source(type == "bind" && !Self.isPath(given) ? "./" + given : given, item.range)
            else { return nil }
            source = moved
        }
        var readOnly: ManifestValue?
        var options: [ManifestEntry] = []
        let whole = ComposeEntry(key: "volumes", keyRange: item.range, value: item)
        let known = ["type", "source", "target", "read_only", "bind", "volume", "tmpfs"]
        let omitted = ["consistency": OmittedKeys.Reason("it means something on a Mac only")]
        record(whole, "volumes", known, omitted: omitted) { service, field in
            switch field.key {
            case "read_only":
                guard let value = service.bool(field.value, "volumes.read_only") else { return }
                if case .plain("false") = value { return }
                readOnly = value
            case "bind", "volume", "tmpfs": options += service.mountOptions(field)
            default: break
            }
        }
        return mount(type, type == "tmpfs" ? nil : source, target, readOnly, options, item.range)
    }

    private mutating func mountOptions(_ entry: ComposeEntry) -> [ManifestEntry] {
        var options: [ManifestEntry] = []
        let known = ["propagation", "create_host_path", "selinux", "nocopy", "subpath", "size", "mode", "recursive"]
        let omitted = ["labels": OmittedKeys.Reason("labels stand at the Volume itself")]
        record(entry, "volumes.\(entry.key)", known, omitted: omitted) { service, field in
            guard let text = service.text(field.value, field.key) else { return }
            switch field.key {
            case "create_host_path": break
            case "selinux":
                if service.isSwarm {
                    service.selinux(text, field.value.range)
                } else {
                    options.append(ManifestEntry("selinux", .text(text), field.value.range))
                }
            case "size":
                guard case .plain(let size)? = service.size(field.value, "tmpfs.size") else { return }
                options.append(ManifestEntry("size", .plain(size), field.value.range))
            case "mode":
                guard let mode = ComposeUnits.mode(text, isPlain: true)?.mode else {
                    return service.wrongType(field.value, "tmpfs.mode", "a mode such as 01777")
                }
                options.append(ManifestEntry("mode", .text(mode.text), field.value.range))
            case "nocopy": if text == "true" { options.append(ManifestEntry("nocopy", .text(text), field.value.range)) }
            case "recursive":
                service.log.leftOut(
                    "volumes.bind.recursive",
                    of: service.owner,
                    at: field.keyRange,
                    because: "services cannot ask for it"
                )
            default: options.append(ManifestEntry(field.key, .text(text), field.value.range))
            }
        }
        return options
    }

    mutating func temporaryFileSystems(_ entry: ComposeEntry) {
        var items: [ManifestItem] = []
        for (text, range) in texts(entry.value, "tmpfs") {
            let parts = VariableText.split(text, at: ":")
            var options: [ManifestEntry] = []
            var isReadOnly = false
            for option in parts.dropFirst().joined(separator: ":").split(separator: ",").map(String.init) {
                let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
                if pair.count == 2, pair[0] == "size", let size = ComposeUnits.size(pair[1]) {
                    options.append(ManifestEntry("size", .plain(size.text), range))
                } else if pair.count == 2, pair[0] == "mode", let mode = ComposeUnits.mode(pair[1], isPlain: false) {
                    options.append(ManifestEntry("mode", .text(mode.mode.text), range))
                } else if option == "ro" {
                    isReadOnly = true
                } else if option != "rw" {
                    log.leftOut(
                        "tmpfs",
                        "the option `\(ComposeNode.shortened(option))` of the tmpfs `\(ComposeNode.shortened(parts[0]))`",
                        of: owner,
                        at: range,
                        because: "only `size`, `mode` and `ro` can be asked for; the mount itself stays",
                        help: ["exec", "noexec", "suid", "nosuid", "dev", "nodev"].contains(option)
                            ? "the engine mounts it with noexec, nosuid and nodev" : nil
                    )
                }
            }
            let readOnly: ManifestValue? = isReadOnly ? .plain("true") : nil
            items.append(ManifestItem(mount("tmpfs", nil, parts[0], readOnly, options, range), range))
        }
        guard !items.isEmpty else { return }
        addMounts(items, entry.keyRange)
        ignoredByStacks(entry)
    }
}
