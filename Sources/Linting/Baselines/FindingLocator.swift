import Manifests
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Says which resource and which field findings are about, in words that do not change when lines move.
///
/// Told from the places of findings alone, and so for what the compiler says as for what rules say: the document around
/// a place names the resource, and the way down to it in the document is the field.
package struct FindingLocator {
    private let sources: SourceMap
    /// By file: the documents in order, and what each declares.
    private let documents: [SourceID: [(range: SourceRange, address: ResourceAddress)]]
    /// One that everybody has: the digest has to be the same on every machine, and hides nothing.
    private let digester = Fingerprinter(key: ProjectKey(bytes: Array("orchplan lint finding".utf8)))

    /// - Parameter sources: All files that findings can be in, those of the result first.
    package init(_ result: CompileResult, sources: SourceMap) {
        self.sources = sources
        var documents: [SourceID: [(range: SourceRange, address: ResourceAddress)]] = [:]
        for resource in result.partial.resources {
            guard let place = result.place(of: resource.address) else { continue }
            for range in [place.document] + place.overlays {
                documents[range.file, default: []].append((range, resource.address))
            }
        }
        self.documents = documents.mapValues { $0.sorted { $0.range.start < $1.range.start } }
    }

    /// What each diagnostic is about, in their order; nil for those that are about no place.
    ///
    /// Of several that are alike in everything else, fingerprints count: removing one of them leaves the first ones.
    package func identities(_ diagnostics: [Diagnostic]) -> [FindingIdentity?] {
        var identities = [FindingIdentity?](repeating: nil, count: diagnostics.count)
        var seen: [String: Int] = [:]
        var rest = Array(diagnostics.indices)[...]
        while let first = rest.first {
            guard let range = diagnostics[first].primary?.range else {
                rest.removeFirst()
                continue
            }
            let document = document(around: range)
            // Findings are in the order of their places, so those of one document stand together.
            let same = rest.prefix { index in
                guard let other = diagnostics[index].primary?.range, other.file == range.file else { return false }
                return document.map { $0.range.holds(other.start) } ?? (index == first)
            }
            rest = rest.dropFirst(same.count)
            let offsets = same.compactMap { diagnostics[$0].primary?.range.start }
            let fields = fields(at: offsets, in: document?.range, of: range.file)
            for (index, field) in zip(same, fields) {
                identities[index] = identity(diagnostics[index], document?.address, field, &seen)
            }
        }
        return identities
    }

    private func identity(
        _ diagnostic: Diagnostic,
        _ address: ResourceAddress?,
        _ field: String,
        _ seen: inout [String: Int]
    ) -> FindingIdentity {
        let file = diagnostic.primary.flatMap { sources[$0.range.file]?.path } ?? ""
        let subject = address.map(\.description) ?? file
        let text = [diagnostic.code.id, subject, field, diagnostic.message].joined(separator: "\0")
        let count = seen[text, default: 0]
        seen[text] = count + 1
        let digest = digester.digest(Array("\(text)\0\(count)".utf8)).text.prefix(32)
        return FindingIdentity(resource: address.map(\.description), field: field, fingerprint: String(digest))
    }

    /// The document in which a range begins, with what it declares.
    private func document(around range: SourceRange) -> (range: SourceRange, address: ResourceAddress)? {
        guard let all = documents[range.file] else { return nil }
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].range.start <= range.start { low = middle + 1 } else { high = middle }
        }
        guard low > 0, all[low - 1].range.holds(range.start) else { return nil }
        return all[low - 1]
    }

    /// The paths of the nodes at some offsets of one document, which is read again once for all of them.
    private func fields(at offsets: [UInt32], in range: SourceRange?, of file: SourceID) -> [String] {
        let none = offsets.map { _ in "" }
        guard let range, let source = sources[file] else { return none }
        var start = Int(range.start)
        while start > 0, source.bytes[start - 1] != 0x0A { start -= 1 }
        let stream = YAMLReader.read(file: source, id: file, range: start..<max(start, Int(range.end)))
        return stream.documents.first?.withRoot { root in offsets.map { Self.path(to: $0, in: root) } } ?? none
    }

    /// The keys on the way down to an offset; items of lists go by their names, and never by their numbers.
    static func path(to offset: UInt32, in root: YAMLNode) -> String {
        var path = ""
        var node = root
        while let next = step(to: offset, from: node) {
            path += (next.name.hasPrefix("[") || path.isEmpty ? "" : ".") + next.name
            guard let below = next.node else { break }
            node = below
        }
        return path
    }

    /// The last entry that begins before an offset; its node is nil when the offset is in the key.
    private static func step(to offset: UInt32, from node: YAMLNode) -> (name: String, node: YAMLNode?)? {
        guard !node.isScalar else { return nil }
        if node.isMapping {
            var last: (key: YAMLNode, value: YAMLNode)?
            for pair in node.pairs where !pair.value.isAliased && pair.key.range.start <= offset {
                last = (pair.key, pair.value)
            }
            return last.map { ($0.key.text, offset < $0.key.range.end ? nil : $0.value) }
        }
        var last: YAMLNode?
        for item in node.items where !item.isAliased && item.range.start <= offset { last = item }
        let name = last.flatMap { $0.isMapping ? $0["name"] : nil }.flatMap { $0.isScalar ? $0.text : nil }
        return last.map { ("[\(name ?? "")]", $0) }
    }
}

extension SourceRange {
    fileprivate func holds(_ offset: UInt32) -> Bool { start <= offset && offset <= end }
}
