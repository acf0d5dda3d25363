import SourceDiagnostics

/// What `YAMLReader.forEachDocument` found besides the documents.
package struct YAMLReadResult: Sendable {
    /// What was found wrong.
    package var diagnostics: [Diagnostic]
    /// How many documents were given to the closure.
    package var documents: Int
    /// How many documents were given up for a syntax error or a limit.
    package var abandoned: Int
    /// How many of the documents were read without libyaml.
    package var scanned: Int
}

/// Facts about a document that is being visited.
package struct YAMLDocumentInfo: Sendable {
    /// The number of the document in the piece that is read, from 0.
    package let index: Int
    /// From the start of the root node to its end.
    package let range: SourceRange
    /// Whether an error was reported inside it; what it holds is then incomplete.
    package let hasErrors: Bool
}

/// Reads YAML files into documents, reporting all faults of all documents in one run.
package enum YAMLReader {
    /// Reads a file, or the piece of it that `split` gave as `range`, and keeps all documents.
    ///
    /// Both values of `path` give the same.
    package static func read(
        file: SourceFile,
        id: SourceID,
        range: Range<Int>? = nil,
        limits: ParseLimits = .standard,
        path: YAMLParsingPath = .fastest
    ) -> YAMLStream {
        var documents: [(root: Int, range: SourceRange, hasErrors: Bool)] = []
        var piece = PieceReader(file: file, id: id, range: range, limits: limits, path: path, keepsAll: true)
        piece.run { builder, _, range in
            documents.append((builder.documentStart, range, builder.documentHasErrors))
        }
        let arena = piece.takeArena()
        return YAMLStream(
            documents: documents.map { document in
                YAMLDocument(arena: arena, root: document.root, range: document.range, hasErrors: document.hasErrors)
            },
            diagnostics: piece.diagnostics,
            abandoned: piece.abandoned
        )
    }

    /// Visits the documents of a file, or of a piece of it, one by one, in memory that is used again for each.
    ///
    /// This is the fastest way: nothing of a document stays but what `body` made of it. The root node must not be kept.
    package static func forEachDocument(
        file: SourceFile,
        id: SourceID,
        range: Range<Int>? = nil,
        limits: ParseLimits = .standard,
        path: YAMLParsingPath = .fastest,
        scratch: YAMLScratch? = nil,
        _ body: (YAMLNode, YAMLDocumentInfo) -> Void
    ) -> YAMLReadResult {
        var piece = PieceReader(
            file: file,
            id: id,
            range: range,
            limits: limits,
            path: path,
            keepsAll: false,
            scratch: scratch
        )
        var count = 0
        piece.run { builder, index, range in
            var view = builder.view
            let info = YAMLDocumentInfo(index: index, range: range, hasErrors: builder.documentHasErrors)
            withUnsafePointer(to: &view) { body(YAMLNode(view: $0, site: builder.documentStart), info) }
            count += 1
        }
        piece.free()
        return YAMLReadResult(
            diagnostics: piece.diagnostics,
            documents: count,
            abandoned: piece.abandoned,
            scanned: piece.scanned
        )
    }

    /// Cuts a file into at most `pieces` stretches of about the same size which can be read on their own, in order.
    ///
    /// Every stretch but the first starts at a line `---`, or at the directives above it.
    package static func split(_ file: SourceFile, pieces: Int) -> [Range<Int>] {
        let bytes = file.bytes
        var cuts = [0]
        var from = 1
        while cuts.count < pieces {
            from = max(from, bytes.count / pieces * cuts.count)
            guard let found = DocumentBoundaries.next(bytes, from: from, limit: bytes.count) else { break }
            let floor = cuts.last ?? 0
            let cut = DocumentBoundaries.withDirectives(bytes, found, floor: floor)
            if cut > floor { cuts.append(cut) }
            from = found + 1
        }
        cuts.append(bytes.count)
        return zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    }
}
