import Compose
import SourceDiagnostics

/// What a conversion wrote, what it left out, and what to do next.
package struct ConvertView: Sendable {
    package var conversion: Conversion
    /// Where the files are, as people would type it.
    package var directory: String
    /// The Compose files, as typed.
    package var files: [String]
    package var isRunning: Bool

    package init(_ conversion: Conversion, directory: String, files: [String], isRunning: Bool) {
        self.conversion = conversion
        self.directory = directory
        self.files = files
        self.isRunning = isRunning
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        title(format) + written(format) + losses(true, format) + losses(false, format) + comments(format)
            + variables(format) + next(format)
    }

    private func title(_ format: ViewFormat) -> [StyledText] {
        let names = Words.list(files.map { $0 == "-" ? "standard input" : $0 }, limit: 3)
        var kinds: [String] = []
        let all = conversion.files.flatMap(\.resources)
        for kind in ["service", "network", "volume", "secret", "config"] {
            let count = all.count { $0.hasPrefix(kind + "/") }
            if count > 0 { kinds.append(Words.count(count, kind)) }
        }
        let head: StyledText = "\("Converted", Look.green.strong) \(names) to \(Words.list(kinds))."
        var lines = head.wrapped(to: format.proseWidth) + [""]
        lines.append("  \("project", .dim)  \(conversion.project, .bold)")
        let reason = conversion.driverReason.map { StyledText("  (\($0))", .dim) } ?? ""
        let driver: StyledText = "  \("driver", .dim)   \(conversion.driver, .bold)\(reason)"
        return lines + driver.wrapped(to: format.proseWidth, indent: 11) + [""]
    }

    private func written(_ format: ViewFormat) -> [StyledText] {
        var table = Table([.init(""), .init("", minimum: 8)], indent: 2)
        for file in conversion.files {
            let path = directory == "." ? file.path : "\(directory)/\(file.path)"
            let held = file.path == "orchplan.yaml" ? "the project" : Words.list(file.resources, limit: 4)
            table.add([StyledText(path), StyledText(held, .dim)])
        }
        return [StyledText("Written", .bold)] + table.lines(format) + [""]
    }

    /// What was left out, or became something else: each key once, and where.
    private func losses(_ isLeftOut: Bool, _ format: ViewFormat) -> [StyledText] {
        let own = conversion.losses.filter { $0.isLeftOut == isLeftOut }
        guard !own.isEmpty else { return [] }
        var owners: [(what: String, owners: [String])] = []
        for loss in own {
            let owner = loss.owner.hasPrefix("service/") ? String(loss.owner.dropFirst(8)) : loss.owner
            let what = loss.owner == "service/\(loss.what)" ? "services" : loss.what
            if let index = owners.firstIndex(where: { $0.what == what }) {
                if !owners[index].owners.contains(owner) { owners[index].owners.append(owner) }
            } else {
                owners.append((what, [owner]))
            }
        }
        owners.sort { $0.what < $1.what }
        let head = isLeftOut ? "Left out" : "Not as it was"
        let title: StyledText = "\(head, Look.yellow.strong) (\(own.count)); the warnings above say where and why"
        var table = Table([.init(""), .init("", minimum: 8)], indent: 2)
        for entry in owners {
            table.add([StyledText(entry.what), StyledText(Words.list(entry.owners, limit: 6), .dim)])
        }
        return title.wrapped(to: format.proseWidth) + table.lines(format) + [""]
    }

    /// What became of the comments, where not all of them have a place in the manifests.
    private func comments(_ format: ViewFormat) -> [StyledText] {
        guard conversion.lostCommentCount > 0 else { return [] }
        let all = Words.count(conversion.lostCommentCount + conversion.carriedComments, "line")
        let places = Words.list(conversion.lostComments.map { Escaping.visible($0) }, limit: 8)
        let text: StyledText =
            """
            \("Comments", Look.yellow.strong): \(conversion.lostCommentCount) of \(all) stand at nothing that manifests \
            have, and were not carried over: \(places)
            """
        return text.wrapped(to: format.proseWidth, indent: 2) + [""]
    }

    private func variables(_ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = []
        if !conversion.emptyVariables.isEmpty {
            let names = Words.list(conversion.emptyVariables, limit: 12)
            let text: StyledText =
                "\("Without a value", Look.yellow.strong) in orchplan.yaml, and so empty: \(names)"
            lines += text.wrapped(to: format.proseWidth, indent: 2) + [""]
        }
        if !conversion.keptVariables.isEmpty {
            let names = Words.list(conversion.keptVariables, limit: 12)
            let text: StyledText = "\("Kept", .bold) in orchplan.yaml, for all to read: \(names)"
            lines += text.wrapped(to: format.proseWidth, indent: 2) + [""]
        }
        return lines
    }

    private func next(_ format: ViewFormat) -> [StyledText] {
        let column = steps.map(\.command.count).max() ?? 0
        var lines = [StyledText("Next", .bold)]
        for step in steps {
            let command = StyledText(step.command, .bold).padded(to: column)
            lines += ("  \(command)  \(step.doc, .dim)" as StyledText)
                .wrapped(to: format.proseWidth, indent: column + 4)
        }
        if !isRunning, conversion.driver == "swarm" {
            let words = files + (directory == "." ? [] : ["--output", directory])
            let command = "orchplan convert \(words.joined(separator: " ")) --running --project STACK --force"
            let end = "converts it so that orchplan import takes its services over as they run."
            let text: StyledText = "Does the stack run already? \(command, .bold) \(end)"
            lines += [""] + text.wrapped(to: format.proseWidth)
        }
        return lines
    }

    private var steps: [(command: String, doc: String)] {
        let place = directory == "." ? "" : " -C \(directory)"
        let lint = ("orchplan lint\(place)", "checks what was written")
        guard isRunning, let service = firstService else {
            return [
                lint, ("orchplan plan\(place)", "what would be made"), ("orchplan apply\(place)", "makes it"),
            ]
        }
        return [
            lint,
            (
                "orchplan import\(place) --dry-run",
                "what would be taken over, such as \(conversion.project)_\(service), and how it differs"
            ), ("orchplan import\(place)", "takes it over; nothing is restarted"),
            ("orchplan plan\(place)", "what the next apply would change"),
        ]
    }

    private var firstService: String? {
        conversion.files.flatMap(\.resources).first { $0.hasPrefix("service/") }.map { String($0.dropFirst(8)) }
    }
}
