import SourceDiagnostics

/// One step down from a node.
package enum YAMLStep: Sendable, Hashable {
    case key(String)
    case item(Int)
}

/// Why a change cannot be written into the text of a document.
package struct EditRefusal: Error, Sendable, Hashable {
    /// Completes the sentence "not mended, because …".
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    static let comment = EditRefusal("a comment stands there")
    static let aliased = EditRefusal("it comes from an anchor")
    static let merged = EditRefusal("the map merges another with `<<`")
    static let unwritten = EditRefusal("the field is not written out here")
}

/// The nodes on the way from the root of a document's part to what a path names.
struct NodePath {
    struct Link {
        let parent: YAMLNode
        let node: YAMLNode
        let step: YAMLStep
    }

    let root: YAMLNode
    /// As far as there are nodes.
    private(set) var links: [Link] = []
    /// The steps for which there is nothing.
    private(set) var missing: ArraySlice<YAMLStep>

    /// Follows a path, and refuses one through an alias: what it leads to belongs to others, too.
    init(_ path: [YAMLStep], from root: YAMLNode) throws(EditRefusal) {
        self.root = root
        guard !root.isAliased else { throw .aliased }
        missing = path[...]
        var node = root
        while let step = missing.first {
            let next: YAMLNode? =
                switch step {
                case .key(let name): node.isMapping ? node[name] : nil
                case .item(let index): node.isSequence ? node[index] : nil
                }
            guard let next else { return }
            guard !next.isAliased else { throw .aliased }
            links.append(Link(parent: node, node: next, step: step))
            node = next
            missing = missing.dropFirst()
        }
    }

    /// The last node that there is.
    var last: YAMLNode { links.last?.node ?? root }
    var isWhole: Bool { missing.isEmpty }
}

extension YAMLNode {
    /// Where the node's text ends: for an empty value behind the colon of its key.
    func textEnd(in file: SourceFile) -> Int {
        guard isScalar, range.isEmpty, let key = keyRange else { return Int(range.end) }
        var at = Int(key.end)
        while at < file.count, file.bytes[at] != UInt8(ascii: ":"), file.bytes[at] != 0x0A { at += 1 }
        return min(at + 1, file.count)
    }

    /// Whether the text of the node ends with a block scalar, behind which nothing can simply be put.
    var endsInBlockScalar: Bool {
        if isScalar { return style == .literal || style == .folded }
        if style == .flow { return false }
        let last: YAMLNode? = isMapping ? ownPairs.last?.value : items.reduce(nil) { _, item in item }
        return last.map { !$0.isAliased && $0.endsInBlockScalar } ?? false
    }

    /// The pairs that are written here, in the order of the text: those of merged maps are left out.
    var ownPairs: [YAMLPair] { pairs.filter { !$0.key.isAliased } }
    /// Whether some of the pairs come from another map.
    var isMerged: Bool { pairs.contains { $0.key.isAliased } }
}

extension YAMLDocument {
    /// The anchored texts that aliases of the document refer to: a change there is a change in several places.
    package var sharedRanges: [Range<Int>] {
        withRoot { root in
            let first = Int(root.site)
            let end = root.view.pointee.after(first)
            var shared: Set<Range<Int>> = []
            for index in first..<max(first, end) where root.view.pointee.records[index].isAlias {
                let target = root.view.pointee.records[root.view.pointee.resolve(index)]
                shared.insert(Int(target.start)..<max(Int(target.start), Int(target.end)))
            }
            return shared.sorted { $0.lowerBound < $1.lowerBound }
        }
    }
}
