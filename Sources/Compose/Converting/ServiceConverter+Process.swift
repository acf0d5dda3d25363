import SourceDiagnostics

/// What runs.
extension ServiceConverter {
    mutating func command(_ field: String, _ entry: ComposeEntry) {
        if let text = entry.value.text {
            // A folded text ends in a line break, which parts no words.
            let line = text.reversed().drop { $0.isWhitespace }.reversed()
            if !line.isEmpty { set(field, .text(String(line)), entry.value.range) }
            return
        }
        set(field, .texts(texts(entry.value, entry.key)), entry.keyRange)
    }

    mutating func pullPolicy(_ entry: ComposeEntry) {
        let text = entry.value.text ?? ""
        if ["build", "daily", "weekly", "refresh"].contains(text) || text.hasPrefix("every_") {
            let reason =
                text == "build" ? "images are built before, and elsewhere" : "images are not fetched by the clock"
            log.leftOut("pull_policy", "`pull_policy: \(text)`", of: owner, at: entry.keyRange, because: reason)
            return
        }
        let words = [("always", "always"), ("missing", "missing"), ("if_not_present", "missing"), ("never", "never")]
        if let word = word(entry.value, "pull_policy", words) { set("pullPolicy", .plain(word), entry.value.range) }
    }

    mutating func environmentFiles(_ entry: ComposeEntry) {
        var files: [(String, SourceRange)] = []
        for item in entry.value.items ?? [entry.value] {
            if let path = item.text {
                files.append((path, item.range))
            } else if let node = item["path"], let path = node.text {
                let isOptional = item["required"]?.text == "false"
                let place = Relocation.normalised(stack.request.base + "/" + path)
                let isThere = (try? stack.request.files.status(path.hasPrefix("/") ? path : place)) ?? nil
                if isOptional, isThere == nil {
                    log.leftOut(
                        "env_file",
                        "the file `\(ComposeNode.shortened(path))` of variables",
                        of: owner,
                        at: node.range,
                        because: "it is optional, and not there"
                    )
                } else {
                    files.append((path, node.range))
                }
            } else {
                wrongType(item, "env_file", "a path")
            }
        }
        for (path, range) in files { compareEnvironmentFile(path, range) }
        set("envFiles", .texts(files.map { (stack.relocation.moved($0.0), $0.1) }), entry.keyRange)
    }

    mutating func healthcheck(_ entry: ComposeEntry) {
        var command: ManifestEntry?
        var rest: [String: ManifestEntry] = [:]
        var isDisabled = false
        let known = [
            "test", "interval", "timeout", "retries", "start_period", "start_interval", "disable",
        ]
        record(entry, "healthcheck", known) { service, field in
            switch field.key {
            case "test": command = service.probe(field, &isDisabled)
            case "disable": isDisabled = isDisabled || field.value.text.flatMap(ComposeUnits.bool) ?? false
            case "retries":
                if let value = service.integer(field.value, "healthcheck.retries"), field.value.text != "0" {
                    rest["retries"] = ManifestEntry("retries", value, field.value.range)
                }
            default:
                let names = [
                    "interval": "interval", "timeout": "timeout", "start_period": "startPeriod",
                    "start_interval": "startInterval",
                ]
                guard let name = names[field.key],
                    let value = service.duration(field.value, "healthcheck.\(field.key)")
                else { return }
                // No time at all stands for the default.
                if case .plain("0s") = value { return }
                rest[name] = ManifestEntry(name, value, field.value.range)
            }
        }
        if isDisabled {
            // The engine's word for no check, also where the image has one.
            guard isSwarm else { return }
            let none = ManifestEntry("command", .list([ManifestItem(.text("NONE"), nil)]), entry.keyRange)
            set("healthcheck", .map([none]), entry.keyRange)
            return
        }
        guard let command else {
            // A test that cannot be read was told already.
            guard entry.value["test"]?.isNull ?? true, entry.value.entries != nil else { return }
            log.leftOut(
                "healthcheck",
                of: owner,
                at: entry.keyRange,
                because: "it has no `test`, and the image's own check is not changed in part",
                help: "write its command: `healthcheck: {command: [PROGRAM, ARGUMENT]}`"
            )
            return
        }
        let order = ["interval", "timeout", "startPeriod", "startInterval", "retries"]
        set("healthcheck", .map([command] + order.compactMap { rest[$0] }, .block), entry.keyRange)
    }

    /// The command of a check; a text is one for the image's shell.
    private mutating func probe(_ entry: ComposeEntry, _ isDisabled: inout Bool) -> ManifestEntry? {
        var words: [(String, SourceRange)]
        if let text = entry.value.text {
            words = [("CMD-SHELL", entry.value.range), (text, entry.value.range)]
        } else {
            words = texts(entry.value, "healthcheck.test")
        }
        switch words.first?.0 {
        case "NONE":
            isDisabled = true
            return nil
        case "CMD": words.removeFirst()
        case "CMD-SHELL":
            if !isSwarm {
                words.replaceSubrange(0..<1, with: [("sh", words[0].1), ("-c", words[0].1)])
            }
        default:
            log.error(
                .composeValue,
                "`healthcheck.test` starts with neither CMD, CMD-SHELL nor NONE",
                at: entry.value.range,
                help: ["write `[CMD, PROGRAM, ARGUMENT]`, or a text for a shell"]
            )
            return nil
        }
        guard !words.isEmpty else { return nil }
        return ManifestEntry("command", .texts(words), entry.value.range)
    }

    mutating func logging(_ entry: ComposeEntry) {
        var fields: [ManifestEntry] = []
        record(entry, "logging", ["driver", "options"]) { service, field in
            if field.key == "driver", let driver = service.text(field.value, "logging.driver") {
                fields.insert(ManifestEntry("driver", .text(driver), field.value.range), at: 0)
            } else if field.key == "options", let map = service.map(field.value, "logging.options", .auto), !map.isEmpty
            {
                fields.append(ManifestEntry("options", map, field.keyRange))
            }
        }
        set("logging", .map(fields, fields.count > 1 ? .block : .auto), entry.keyRange)
    }
}
