import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// The way from files to the graph of resources.
package enum Compiler {
    /// Finds, reads, parses, decodes and checks everything, on all cores, and reports all faults in one run.
    package static func compile(_ request: CompileRequest) async -> CompileResult {
        var run = CompileRun(request)
        let pieces = run.discover()
        await run.read(pieces)
        return run.finished()
    }
}

/// The steps of one run; nothing in it outlives the run.
private struct CompileRun {
    private let request: CompileRequest
    private let workers: Int
    private var found: [ManifestList.Entry] = []
    private var overlayFiles: [SourceFile] = []
    private var overlays = OverlaySet()
    /// Whether an overlay could not be read, so that what it says is not known.
    private var hasUnknownOverlay = false
    private var runner: PieceRunner
    /// In the order of what was found.
    private var results: [PieceResult] = []
    private var diagnostics: [Diagnostic] = []
    private var origins: [Diagnostic: String] = [:]

    /// Small inputs are not worth a second task.
    private static let filesPerPiece = 64
    private static let bytesPerPiece = 256 << 10

    init(_ request: CompileRequest) {
        self.request = request
        workers = max(1, request.parallelism ?? Cores.usable)
        let context = DecodingContext(
            variables: request.variables,
            files: request.files,
            root: request.root,
            state: request.state,
            capabilities: request.capabilities
        )
        runner = PieceRunner(context: context, found: [], overlays: OverlaySet(), splitAbove: .max)
    }

    mutating func discover() -> [Piece] {
        if let list = request.list {
            found = list.entries
            diagnostics = list.diagnostics
        } else {
            var discovery = Discovery(
                files: request.files,
                root: request.root,
                shownRelativeTo: request.shownRelativeTo
            )
            discovery.addAll(request.paths, areGiven: request.pathsAreGiven)
            (found, diagnostics, origins) = (discovery.found, discovery.diagnostics, discovery.origins)
        }
        var layered = Discovery(files: request.files, root: request.root, shownRelativeTo: request.shownRelativeTo)
        for path in request.overlays { layered.add(path, isGiven: false) }
        diagnostics += layered.diagnostics
        origins.merge(layered.origins) { first, _ in first }
        readOverlays(layered.found)
        runner = PieceRunner(
            context: runner.context,
            found: found,
            overlays: overlays,
            splitAbove: workers > 1 ? Self.bytesPerPiece : .max
        )
        let size = max(1, min(Self.filesPerPiece, (found.count + workers - 1) / workers))
        return stride(from: 0, to: found.count, by: size).map { .files($0..<min($0 + size, found.count)) }
    }

    /// Overlays are few and small, and every piece needs them, so they come first and stay in memory.
    private mutating func readOverlays(_ files: [ManifestList.Entry]) {
        guard !files.isEmpty else { return }
        var decoder = ManifestDecoder(context: runner.context)
        for overlay in files {
            let file: SourceFile
            do throws(FileProblem) {
                file = try request.files.read(
                    overlay.path,
                    shownAs: overlay.shownAs,
                    limit: ParseLimits.standard.fileBytes
                )
            } catch {
                diagnostics.append(
                    Diagnostic(.unreadable, "`\(overlay.shownAs)` cannot be read: \(error.text)", at: nil as Label?)
                )
                continue
            }
            let id = SourceID(Int32(truncatingIfNeeded: found.count + overlayFiles.count))
            overlayFiles.append(file)
            decoder.file = file
            let stream = YAMLReader.read(file: file, id: id)
            diagnostics += stream.diagnostics
            if stream.abandoned > 0 { hasUnknownOverlay = true }
            for document in stream.documents where !document.isEmpty {
                document.withRoot { root in
                    guard root.isMapping else {
                        let found = ManifestDecoder.describe(root)
                        decoder.report(.notAManifest, "an overlay is a map, not \(found)", at: root.smallRange)
                        hasUnknownOverlay = true
                        return
                    }
                    guard let (_, kind, metadata) = decoder.header(root, isOverlay: true), let name = metadata.name
                    else {
                        hasUnknownOverlay = true
                        return
                    }
                    overlays.documents[ResourceAddress(kind, name), default: []]
                        .append(
                            OverlayDocument(document: document, file: file, directory: PathRules.parent(overlay.path))
                        )
                }
            }
        }
        diagnostics += decoder.diagnostics
    }

    mutating func read(_ pieces: [Piece]) async {
        results = await run(pieces)
        let large = results.flatMap(\.large)
        if !large.isEmpty {
            let parts = large.flatMap { index, file in
                YAMLReader.split(file, pieces: max(1, min(workers * 4, file.count / Self.bytesPerPiece + 1)))
                    .map { Piece.part(file: index, source: file, range: $0) }
            }
            results += await run(parts)
        }
    }

    private func run(_ pieces: [Piece]) async -> [PieceResult] {
        let runner = runner
        guard workers > 1, pieces.count > 1 else { return pieces.map { runner.run($0) } }
        return await withTaskGroup(of: (Int, PieceResult).self) { group in
            var results = [PieceResult?](repeating: nil, count: pieces.count)
            var next = 0
            while next < min(workers, pieces.count) {
                let index = next
                group.addTask { (index, runner.run(pieces[index])) }
                next += 1
            }
            while let (index, result) = await group.next() {
                results[index] = result
                if next < pieces.count {
                    let index = next
                    group.addTask { (index, runner.run(pieces[index])) }
                    next += 1
                }
            }
            return results.compactMap { $0 }
        }
    }

    mutating func finished() -> CompileResult {
        let sources = sourceMap()
        reportEmptyFiles()
        let orphans = addLoneOverlays()
        diagnostics += results.flatMap(\.diagnostics)
        var assembly = Assembly(
            project: request.project,
            sources: sources,
            orphans: orphans,
            capabilities: request.capabilities
        )
        assembly.run(results, hasUnknown: hasUnknown)
        diagnostics += assembly.diagnostics
        diagnostics += FileUses.clashes(results.flatMap(\.fileUses), request.files)
        results = []
        let secrets = SecretValues(assembly.graph, sources, request.variables)
        let sorted = diagnostics.isEmpty ? [] : sources.sorted(secrets.hidden(in: diagnostics))
        return CompileResult(
            graph: sorted.hasErrors ? nil : assembly.graph,
            partial: assembly.graph,
            sources: sources,
            diagnostics: sorted,
            origins: origins,
            fileCount: found.count + overlayFiles.count,
            places: assembly.places,
            secrets: secrets
        )
    }

    /// Whether some document's declaration is not known.
    private var hasUnknown: Bool { hasUnknownOverlay || results.contains(where: \.hasUnknown) }

    private func sourceMap() -> SourceMap {
        var files = [SourceFile?](repeating: nil, count: found.count)
        for result in results {
            for (index, file) in result.sources { files[index] = file }
        }
        var map = SourceMap()
        // A file that could not be read keeps its number.
        for (index, file) in files.enumerated() {
            _ = map.add(file ?? SourceFile(path: found[index].shownAs, text: ""))
        }
        for file in overlayFiles { _ = map.add(file) }
        return map
    }

    private mutating func reportEmptyFiles() {
        var counts = [Int](repeating: -1, count: found.count)
        for result in results {
            for (file, count) in result.documents { counts[file] = max(0, counts[file]) + count }
        }
        for (index, count) in counts.enumerated() where count == 0 {
            let range = SourceRange(file: SourceID(Int32(truncatingIfNeeded: index)), start: 0, end: 0)
            diagnostics.append(
                Diagnostic(
                    .noDocument,
                    "\(found[index].shownAs) holds no manifest",
                    at: range,
                    help: [Help("remove it, or write one: `orchplan init` shows how")]
                )
            )
        }
    }

    /// Overlays of resources that no manifest declares stand for themselves.
    private mutating func addLoneOverlays() -> Set<ResourceAddress> {
        // A document that could not be read may be the one that an overlay belongs to.
        guard !overlays.isEmpty, !hasUnknown else { return [] }
        let declared = Set(results.flatMap { $0.resources.map(\.resource.address) })
        var result = PieceResult()
        var decoder = ManifestDecoder(context: runner.context)
        var lone: Set<ResourceAddress> = []
        for (address, documents) in overlays.documents.sorted(by: { $0.key < $1.key }) where !declared.contains(address)
        {
            guard let first = documents.first else { continue }
            lone.insert(address)
            let (faults, mentions) = (decoder.diagnostics.count, decoder.mentions.count)
            decoder.file = first.file
            decoder.directory = first.directory
            let rest = OverlaySet(documents: [address: Array(documents.dropFirst())])
            let resource = first.document.withRoot { root in
                decoder.resource(root, range: first.document.range, hasErrors: first.document.hasErrors, overlays: rest)
            }
            guard let resource else { continue }
            if decoder.isPartial(since: faults) {
                decoder.mentions.removeSubrange(mentions...)
                decoder.reportLone(resource, known: declared, since: faults)
            } else {
                result.resources.append(resource)
            }
        }
        diagnostics += decoder.diagnostics
        result.uses = decoder.variableUses
        result.fileUses = decoder.fileUses
        result.mentions = decoder.mentions
        results.append(result)
        return lone
    }
}
