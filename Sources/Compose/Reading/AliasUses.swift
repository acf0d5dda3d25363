import SourceDiagnostics

/// Whose text is being converted, and which of it is written somewhere else.
struct AliasUses: Sendable {
    /// For people: ``service `web` ``.
    let owner: String
    private let keyRange: SourceRange
    private let extends: Bool
    /// What the resource says in its own text.
    private var own: Set<SourceRange> = []
    /// By where something is written: the alias or the merge key that brought it here.
    private var uses: [SourceRange: SourceRange] = [:]

    /// - Parameters:
    ///   - entry: The resource as its file has it.
    ///   - whole: The resource with what it extends.
    init(_ kind: String, _ entry: ComposeEntry, _ whole: ComposeNode) {
        owner = "\(kind) `\(ComposeNode.shortened(entry.key))`"
        keyRange = entry.keyRange
        extends = entry.value["extends"] != nil
        own.insert(entry.keyRange)
        addOwn(entry.value)
        addUses(whole)
    }

    private mutating func addOwn(_ node: ComposeNode) {
        guard node.use == nil else { return }
        own.insert(node.range)
        for item in node.items ?? [] { addOwn(item) }
        for entry in node.entries ?? [] {
            if !entry.isMerged { own.insert(entry.keyRange) }
            addOwn(entry.value)
        }
    }

    private mutating func addUses(_ node: ComposeNode) {
        if let use = node.use { uses[node.range] = use }
        for item in node.items ?? [] { addUses(item) }
        for entry in node.entries ?? [] {
            if let use = entry.value.use { uses[entry.keyRange] = use }
            addUses(entry.value)
        }
    }

    /// Where the resource gets something from that is not written in its own text; nil: it is.
    func label(for range: SourceRange) -> Label? {
        if own.contains(range) { return nil }
        if let use = uses[range] { return Label(use, "for the \(owner)") }
        return extends ? Label(keyRange, "for the \(owner)") : nil
    }
}
