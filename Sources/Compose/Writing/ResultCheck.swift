import Manifests
import ResourceModel
import SourceDiagnostics

/// Compiles what is to be written, and tells what would be wrong with it at the place that it comes from.
struct ResultCheck {
    let request: ConversionRequest
    let stack: StackConverter
    let written: ProjectWriter.Result

    /// Every error that `orchplan lint` would find, and the variables whose values are missing there.
    func faults() async -> (told: [Diagnostic], missing: [String]) {
        var texts: [String: String] = [:]
        for entry in written.files { texts[request.output + "/" + entry.file.path] = entry.file.text }
        let files = FilesToBe(texts: texts, others: request.files)
        var compile = CompileRequest(
            project: stack.project,
            root: request.output,
            paths: [request.output + "/" + Relocation.folder]
        )
        compile.pathsAreGiven = false
        compile.files = files
        compile.capabilities = request.capabilities[stack.driver]
        var own = request.values
        for name in written.emptyVariables { own[name] = "" }
        compile.variables = VariableResolver([
            .init("the environment", request.environment), .init("orchplan.yaml", own),
        ])
        compile.variables.environment = request.environment
        compile.parallelism = 1
        let result = await Compiler.compile(compile)
        var log = ConversionLog()
        var missing: Set<String> = []
        for diagnostic in result.diagnostics where diagnostic.severity == .error {
            let (fault, label) = moved(diagnostic, result.sources, &missing)
            log.tell(fault, label)
        }
        return (log.diagnostics, missing.sorted())
    }

    /// The diagnostic at the place in the Compose file that the manifest's line comes from, and for whom it is there.
    private func moved(
        _ diagnostic: Diagnostic,
        _ sources: SourceMap,
        _ allMissing: inout Set<String>
    ) -> (Diagnostic, Label?) {
        guard let range = diagnostic.primary?.range, let source = sources[range.file],
            let file = written.files.first(where: { $0.file.path == source.path })
        else {
            return (Diagnostic(diagnostic.code, diagnostic.message, at: nil as Label?, help: words(diagnostic)), nil)
        }
        let spans = file.spans.filter { $0.range.contains(Int(range.start)) }
        let origin = spans.min { $0.range.count < $1.range.count }?.origin
        let owner = spans.max { $0.range.count < $1.range.count }?.origin
        let label = origin.flatMap { origin in owner.flatMap { stack.uses[$0]?.label(for: origin) } }
        let line = source.text(in: source.lineRange(source.position(at: range.start).line))
        let shown = String(line.drop { $0 == " " })
        let missing = missing(in: line)
        allMissing.formUnion(missing)
        let must = diagnostic.code == .requiredVariable
        let help =
            missing.isEmpty
            ? words(diagnostic)
            : [
                Help(
                    "say what \(missing.count == 1 ? "it is" : "they are"): `--var \(missing[0])=VALUE`, or "
                        + (hasEnvironmentFile
                            ? "`--env-file .env`: there is one beside the file" : "`--env-file FILE` with all of them")
                )
            ]
        let cause =
            missing.isEmpty || must ? "" : "\(Self.list(missing)) \(missing.count == 1 ? "has" : "have") no value: "
        let told = Diagnostic(
            diagnostic.code,
            cause + diagnostic.message,
            at: origin.map { Label($0) },
            notes: must ? [] : ["the manifest says `\(ComposeNode.shortened(shown))`"],
            help: help
        )
        return (told, label)
    }

    /// Variables in a line that have no value and need one.
    private func missing(in line: String) -> [String] {
        VariableText.mentions(line)
            .filter { mention in
                let known = request.values[mention.name] ?? request.environment[mention.name]
                if mention.mark == "?" { return known == nil }
                let isAsked = written.emptyVariables.contains(mention.name) || mention.mark == ":?"
                return isAsked && (known ?? "").isEmpty
            }
            .map(\.name)
    }

    /// Whether the file lies there that `docker compose` takes values from.
    private var hasEnvironmentFile: Bool {
        let status = try? request.files.status(request.base + "/.env")
        return (status ?? nil)?.kind == .regular
    }

    /// Advice in words; edits belong to the manifest, which is not there.
    private func words(_ diagnostic: Diagnostic) -> [Help] { diagnostic.help.map { Help($0.text) } }

    private static func list(_ names: [String]) -> String {
        var unique: [String] = []
        for name in names where !unique.contains(name) { unique.append(name) }
        return unique.map { "`\($0)`" }.joined(separator: ", ")
    }
}

/// The files of a disk as they are once the result is written.
struct FilesToBe: ManifestFiles {
    /// By absolute path.
    let texts: [String: String]
    let others: any ManifestFiles

    private func isFolder(_ path: String) -> Bool { texts.keys.contains { $0.hasPrefix(path + "/") } }

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        guard let text = texts[path] else {
            if let known = try others.status(path) { return known }
            let identity = FileIdentity(device: .max, inode: UInt64(path.utf8.count))
            return isFolder(path) ? FileStatus(kind: .directory, size: 0, mode: 0o755, identity: identity) : nil
        }
        // Every file is another one: two of them are never the same under two names.
        let index = texts.keys.sorted().firstIndex(of: path) ?? 0
        let identity = FileIdentity(device: .max, inode: UInt64(index) | 1 << 63)
        return FileStatus(kind: .regular, size: text.utf8.count, mode: 0o644, identity: identity)
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] {
        guard isFolder(directory) else { return try others.entries(directory) }
        return texts.keys.sorted()
            .compactMap { path in
                guard path.hasPrefix(directory + "/") else { return nil }
                let rest = path.dropFirst(directory.count + 1)
                return rest.contains("/") ? nil : DirectoryEntry(name: String(rest), kind: .regular)
            }
    }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        if let text = texts[path] { return SourceFile(path: shownAs, text: text) }
        return try others.read(path, shownAs: shownAs, limit: limit)
    }

    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { try others.readStandardInput(limit: limit) }

    func link(_ path: String) -> String? { others.link(path) }

    func canonical(_ path: String) -> String? {
        texts[path] != nil || isFolder(path) ? path : others.canonical(path)
    }
}
