import SourceDiagnostics

/// One document of a file; it keeps the file and the nodes alive.
package struct YAMLDocument: Sendable {
    let arena: NodeArena
    let root: Int
    /// From the start of the root node to its end.
    package let range: SourceRange
    /// Whether an error was reported inside it; what it holds is then incomplete.
    package let hasErrors: Bool

    /// Whether it holds nothing at all: only comments, or `---` alone.
    package var isEmpty: Bool { withRoot { $0.isNothing } }

    /// Gives the root node, which must not be kept after `body` returned.
    @inline(__always)
    package func withRoot<Result, Failure: Error>(
        _ body: (YAMLNode) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var view = arena.view
        defer { withExtendedLifetime(arena) {} }
        return try withView(&view, body)
    }

    private func withView<Result, Failure: Error>(
        _ view: UnsafePointer<NodeView>,
        _ body: (YAMLNode) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(YAMLNode(view: view, site: root))
    }
}

extension YAMLNode {
    /// Whether the node is the empty scalar that stands for a document without content.
    package var isNothing: Bool { isNull && isPlain && count == 0 && utf8.isEmpty && tag == .none }
}

/// What reading a file, or a piece of one, gave.
package struct YAMLStream: Sendable {
    /// The documents that could be parsed, in order; one with a syntax error is not among them.
    package let documents: [YAMLDocument]
    /// What was found wrong, in the order of the file except for faults of the encoding, which come first.
    package let diagnostics: [Diagnostic]
    /// How many documents were given up for a syntax error or a limit.
    package let abandoned: Int

    /// Whether there is no content in any document: the file is empty, or has comments or `---` alone.
    package var isEmpty: Bool { abandoned == 0 && documents.allSatisfy(\.isEmpty) }
}
