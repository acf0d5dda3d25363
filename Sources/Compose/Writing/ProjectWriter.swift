import SourceDiagnostics

/// Lays a converted stack out in files.
enum ProjectWriter {
    /// A file, and which part of it stands for what.
    struct Written: Sendable {
        var file: Conversion.File
        var spans: [ManifestWriter.Span]
        var carried: Set<ComposeComments.Place>
    }

    /// All files, and what became of the variables in them.
    struct Result: Sendable {
        var files: [Written] = []
        var emptyVariables: [String] = []
        var keptVariables: [String] = []
        /// Lines of Compose files whose comments stand in the manifests.
        var carried: Set<ComposeComments.Place> = []

        mutating func add(_ file: Written) {
            files.append(file)
            carried.formUnion(file.carried)
        }
    }

    /// The project file, one file for each service, and one for all resources of each other kind.
    static func files(of stack: StackConverter, _ request: ConversionRequest) -> Result {
        var result = Result()
        var manifests: [Written] = []
        let taken = ["networks", "volumes", "secrets", "configs"]
        for service in stack.services {
            let name = taken.contains(service.name) ? service.name + "-service" : service.name
            manifests.append(written("\(Relocation.folder)/\(name).yaml", [service.document], stack.comments))
        }
        for section in stack.sections {
            let top = stack.comments.place(stack.file.root.entries?.first { $0.key == section.name }?.keyRange)
            let above = [top].compactMap(\.self).filter { !stack.comments.starts.contains($0) }
            let path = "\(Relocation.folder)/\(section.name).yaml"
            manifests.append(written(path, section.documents, stack.comments, above: above))
        }
        let documents = stack.services.map(\.document) + stack.sections.flatMap(\.documents)
        let found = documents.flatMap { document in document.entries.flatMap { mentions(in: $0.value) } }
        // What every shell sets is no setting of the project.
        let names = Set(found.filter { request.values[$0.name] != nil || $0.needsValue }.map(\.name))
            .subtracting(["HOME", "PWD"])
        result.emptyVariables = names.filter { request.values[$0] == nil }.sorted()
        result.keptVariables = names.filter { request.values[$0] != nil }.sorted()
        let project = projectFile(stack, request, result)
        for file in [project] + manifests.sorted(by: { $0.file.path < $1.file.path }) { result.add(file) }
        return result
    }

    private static func written(
        _ path: String,
        _ documents: [ManifestDocument],
        _ comments: ComposeComments,
        above: [ComposeComments.Place] = []
    ) -> Written {
        let writer = ManifestWriter.written(documents, comments: comments, above: above)
        let resources = documents.compactMap { document -> String? in
            guard case .plain(let kind)? = document.entries.first(where: { $0.key == "kind" })?.value,
                case .map(let metadata, _)? = document.entries.first(where: { $0.key == "metadata" })?.value,
                case .text(let name)? = metadata.first?.value
            else { return nil }
            return "\(kind.lowercased())/\(name)"
        }
        return Written(
            file: Conversion.File(path: path, text: writer.text, resources: resources),
            spans: writer.spans,
            carried: writer.carried
        )
    }

    private static func projectFile(
        _ stack: StackConverter,
        _ request: ConversionRequest,
        _ variables: Result
    ) -> Written {
        var entries = [
            ManifestEntry("project", .text(stack.project)), ManifestEntry("driver", .plain(stack.driver)),
            ManifestEntry("manifests", .list([ManifestItem(.text(Relocation.folder), nil)])),
        ]
        let names = (variables.emptyVariables + variables.keptVariables).sorted()
        let text = ManifestWriter.written([ManifestDocument(entries: entries)]).text
        let files = request.inputs.map { $0.path == "-" ? "standard input" : $0.shownAs }.joined(separator: ", ")
        let head = ManifestWriter.written([], comments: stack.comments, above: places(ofTop: stack))
        var whole = "# Converted from \(Escaping.visible(files)).\n"
        if !head.text.isEmpty { whole += "#\n" + head.text }
        whole += text
        if !names.isEmpty {
            entries = [
                ManifestEntry(
                    "variables",
                    .map(names.map { ManifestEntry($0, .text(request.values[$0] ?? "")) }, .block)
                )
            ]
            whole += "\n# Values for ${NAME} in manifests; the environment and --var come before them.\n"
            if !variables.emptyVariables.isEmpty {
                whole += "# Those without a value are empty, as docker stack deploy takes what is not set.\n"
            }
            whole += ManifestWriter.written([ManifestDocument(entries: entries)]).text
        }
        let file = Conversion.File(path: "orchplan.yaml", text: whole, resources: [])
        return Written(file: file, spans: [], carried: head.carried)
    }

    /// Whose comments are about all of the stack: what begins the files, and the keys that no manifest stands for.
    private static func places(ofTop stack: StackConverter) -> [ComposeComments.Place] {
        let keys = (stack.file.root.entries ?? []).filter { ["version", "name", "services"].contains($0.key) }
        var places = stack.comments.starts
        for key in keys {
            if let place = stack.comments.place(key.keyRange), !places.contains(place) { places.append(place) }
        }
        return places
    }

    private static func mentions(in value: ManifestValue) -> [VariableText.Mention] {
        switch value {
        case .plain(let text), .text(let text): VariableText.mentions(text)
        case .null: []
        case .list(let items, _): items.flatMap { mentions(in: $0.value) }
        case .map(let entries, _): entries.flatMap { mentions(in: $0.value) }
        }
    }
}
