import Manifests
import ResourceModel
import SourceDiagnostics

/// Resources as the symbols of a document and of the project.
extension LanguageServer {
    func documentSymbols(_ document: OpenDocument) -> CanonicalValue {
        guard !document.isProjectFile else { return .array([]) }
        let file = document.file
        let symbols = Outline.documents(file)
            .compactMap { stretch -> CanonicalValue? in
                let outline = Outline(file, stretch)
                guard let kind = outline.kind, let first = outline.nodes.first else { return nil }
                let name = outline.nameNode.flatMap { outline.nodes[$0].value }.map(outline.unquoted)
                let whole = first.start..<max(first.start, outline.lastByte)
                let title = name.map { Escaping.visible(file.text(in: $0)) } ?? ""
                if client.hasNestedSymbols {
                    return JSON.object([
                        "name": .string(title.isEmpty ? "(no name)" : title), "detail": .string(kind.manifestName),
                        "kind": .integer(kind.symbol), "range": file.range(whole, client.encoding),
                        "selectionRange": file.range(name ?? first.start..<first.start, client.encoding),
                    ])
                }
                return JSON.object([
                    "name": .string(title.isEmpty ? "(no name)" : title), "containerName": .string(kind.manifestName),
                    "kind": .integer(kind.symbol),
                    "location": JSON.object([
                        "uri": .string(document.uri), "range": file.range(whole, client.encoding),
                    ]),
                ])
            }
        return .array(symbols)
    }

    /// Resources of all projects whose address holds the letters of a query in their order.
    func workspaceSymbols(_ query: String) -> CanonicalValue {
        let letters = query.lowercased()
        var symbols: [CanonicalValue] = []
        for part in checked {
            for resource in part.result.partial.resources where symbols.count < Self.mostSymbols {
                let address = resource.address
                guard Self.matches(address.description.lowercased(), letters),
                    let place = part.result.place(of: address)?.name, let file = part.sources[place.file]
                else { continue }
                symbols.append(
                    JSON.object([
                        "name": .string(address.name), "kind": .integer(address.kind.symbol),
                        "containerName": .string(address.kind.manifestName),
                        "location": location(part.path(file), file, place),
                    ])
                )
            }
        }
        return .array(symbols)
    }

    private static let mostSymbols = 500

    private static func matches(_ text: String, _ letters: String) -> Bool {
        var rest = text[...]
        for letter in letters {
            guard let index = rest.firstIndex(of: letter) else { return false }
            rest = rest[rest.index(after: index)...]
        }
        return true
    }
}

extension ResourceKind {
    /// The kind of symbol that editors draw.
    fileprivate var symbol: Int64 {
        switch self {
        case .service: 5
        case .network: 11
        case .volume: 19
        case .secret: 20
        case .config: 1
        }
    }
}

extension Outline {
    /// Behind the last byte that is no white space.
    fileprivate var lastByte: Int {
        var end = range.upperBound
        while end > range.lowerBound, [0x20, 0x09, 0x0A, 0x0D].contains(file.bytes[end - 1]) { end -= 1 }
        return end
    }
}
