import SourceDiagnostics
import YAMLDocuments

/// One stretch of input that one task reads: some whole files, or a part of a large one.
enum Piece: Sendable {
    case files(Range<Int>)
    case part(file: Int, source: SourceFile, range: Range<Int>)
}

/// What one piece gave.
struct PieceResult: Sendable {
    /// The files that were read, by their number in the order of discovery.
    var sources: [(Int, SourceFile)] = []
    var resources: [DecodedResource] = []
    var diagnostics: [Diagnostic] = []
    var uses: [VariableUse] = []
    var fileUses: [FileUse] = []
    var mentions: [Mention] = []
    /// Documents with content, by file: a file without any is a fault.
    var documents: [(file: Int, count: Int)] = []
    /// Whether some document's declaration is not known, so that references may miss it for that reason.
    var hasUnknown = false
    /// Files too large for one task; they are split and read afterwards.
    var large: [(Int, SourceFile)] = []
}

/// Reads pieces; a value that every task has a copy of.
struct PieceRunner: Sendable {
    let context: DecodingContext
    let found: [ManifestList.Entry]
    let overlays: OverlaySet
    /// Files with more bytes are split, when there is more than one core.
    let splitAbove: Int

    func run(_ piece: Piece) -> PieceResult {
        var result = PieceResult()
        var decoder = ManifestDecoder(context: context)
        let scratch = YAMLScratch()
        switch piece {
        case .files(let range):
            for index in range {
                guard let file = read(index, &result) else { continue }
                if file.count > splitAbove {
                    result.large.append((index, file))
                } else {
                    decode(file, index, nil, scratch, &decoder, &result)
                }
            }
        case .part(let index, let file, let range):
            decode(file, index, range, scratch, &decoder, &result)
        }
        result.diagnostics += decoder.diagnostics
        result.uses = decoder.variableUses
        result.fileUses = decoder.fileUses
        result.mentions = decoder.mentions
        return result
    }

    private func read(_ index: Int, _ result: inout PieceResult) -> SourceFile? {
        let limit = ParseLimits.standard.fileBytes
        do throws(FileProblem) {
            let file =
                found[index].path == "-"
                ? try context.files.readStandardInput(limit: limit)
                : try context.files.read(found[index].path, shownAs: found[index].shownAs, limit: limit)
            result.sources.append((index, file))
            return file
        } catch {
            let code: DiagnosticCode =
                switch error {
                case .notRegular: .notRegular
                case .tooLarge: .yamlFileTooLarge
                default: .unreadable
                }
            result.hasUnknown = true
            result.diagnostics.append(
                Diagnostic(code, "`\(found[index].shownAs)` cannot be read: \(error.text)", at: nil as Label?)
            )
            return nil
        }
    }

    private func decode(
        _ file: SourceFile,
        _ index: Int,
        _ range: Range<Int>?,
        _ scratch: YAMLScratch,
        _ decoder: inout ManifestDecoder,
        _ result: inout PieceResult
    ) {
        decoder.file = file
        decoder.directory = found[index].path == "-" ? context.root : PathRules.parent(found[index].path)
        let id = SourceID(Int32(truncatingIfNeeded: index))
        let overlays = overlays.isEmpty ? nil : overlays
        var count = 0
        let faults = decoder.diagnostics.count
        let read = YAMLReader.forEachDocument(file: file, id: id, range: range, scratch: scratch) { root, info in
            guard !root.isNothing else { return }
            count += 1
            if let resource = decoder.resource(root, info, overlays: overlays) {
                result.resources.append(resource)
            } else {
                result.hasUnknown = true
            }
        }
        decoder.withdraw(from: faults, because: read.diagnostics)
        result.diagnostics += read.diagnostics
        if read.abandoned > 0 { result.hasUnknown = true }
        // A file that could not be read as YAML says so itself.
        let isFaulty = read.abandoned > 0 || read.diagnostics.hasErrors
        result.documents.append((index, isFaulty ? count + 1 : count))
    }
}
