import Manifests
import ResourceModel
import SourceDiagnostics

/// Where resources are declared and named.
extension LanguageServer {
    /// Where a resource is declared.
    struct Declaration: Sendable {
        var path: String
        var file: SourceFile
        var range: Range<Int>
        /// The path for people.
        var shown: String
    }

    /// Where the name of a resource is written.
    struct NamedPlace: Sendable, Equatable {
        /// Absolute, or the address of a text that is no file.
        var path: String
        var file: SourceFile
        var range: Range<Int>

        init(_ path: String, _ file: SourceFile, _ range: Range<Int>) {
            (self.path, self.file, self.range) = (path, file, range)
        }

        static func == (one: Self, other: Self) -> Bool { one.path == other.path && one.range == other.range }
    }

    /// Larger texts are not looked through while somebody types; what the last check found of them is good enough.
    static let mostOutlined = 256 << 10

    func definition(_ cursor: Cursor) -> CanonicalValue {
        guard let address = address(at: cursor)?.address, let found = declaration(of: address, cursor) else {
            return .null
        }
        return location(found.path, found.file, found.range)
    }

    func references(_ cursor: Cursor, withDeclaration: Bool) -> CanonicalValue {
        guard let address = address(at: cursor)?.address else { return .array([]) }
        var places: [NamedPlace] = []
        let declared = declaration(of: address, cursor).map { NamedPlace($0.path, $0.file, $0.range) }
        if withDeclaration, let declared { places.append(declared) }
        places += (mentions(of: address, cursor) + overlaid(address, cursor)).filter { $0 != declared }
        return .array(places.map { location($0.path, $0.file, $0.range) })
    }

    /// The resource that the cursor is on: named by a field, or declared by its own name.
    func address(at cursor: Cursor) -> WrittenReference? {
        guard let spot = cursor.spot, spot.role == .value, let node = spot.node else { return nil }
        if node == cursor.outline.nameNode, let address = cursor.outline.address {
            return WrittenReference(address: address, range: spot.written)
        }
        return cursor.outline.reference(node, cursor.vocabulary)
    }

    /// The part of the last check that a document belongs to.
    func part(of document: OpenDocument) -> CheckedPart? {
        guard let path = document.path else { return nil }
        return checked.first { $0.only?.contains(path) ?? false }
            ?? checked.filter { FilePath.isInside(path, $0.root) }.max { $0.root.utf8.count < $1.root.utf8.count }
    }

    /// Open documents of the same project that are small enough to be looked through at any time.
    private func outlined(_ cursor: Cursor) -> [OpenDocument] {
        let root = part(of: cursor.document)?.root
        return documents.values
            .filter { document in
                document.file.count <= Self.mostOutlined && !document.isProjectFile
                    && (document.uri == cursor.document.uri || part(of: document)?.root == root)
            }
            .sorted { $0.uri < $1.uri }
    }

    func declaration(of address: ResourceAddress, _ cursor: Cursor) -> Declaration? {
        let open = outlined(cursor)
        for document in open {
            for range in Outline.documents(document.file) {
                let outline = Outline(document.file, range)
                guard outline.address == address, let node = outline.nameNode, let value = outline.nodes[node].value
                else { continue }
                let path = document.path ?? document.uri
                return Declaration(
                    path: path,
                    file: document.file,
                    range: outline.unquoted(value),
                    shown: shown(path, cursor)
                )
            }
        }
        guard let part = part(of: cursor.document), let place = part.result.place(of: address)?.name,
            let file = part.sources[place.file], !open.contains(where: { $0.path == part.path(file) })
        else { return nil }
        return Declaration(
            path: part.path(file),
            file: file,
            range: Int(place.start)..<Int(place.end),
            shown: file.path
        )
    }

    private func shown(_ path: String, _ cursor: Cursor) -> String {
        guard let root = part(of: cursor.document)?.root, FilePath.isInside(path, root), path != root else {
            return path
        }
        return String(path.dropFirst(root == "/" ? 1 : root.count + 1))
    }

    /// Where overlays go by the name of a resource, and what those that are not compiled refer to.
    func overlaid(_ address: ResourceAddress, _ cursor: Cursor) -> [NamedPlace] {
        var found: [NamedPlace] = []
        let open = outlined(cursor)
        for document in open where !document.isProjectFile {
            found += Self.named(address, in: document.file, document.path ?? document.uri, withReferences: false)
        }
        guard let part = part(of: cursor.document) else { return found }
        let known = Set(open.compactMap(\.path))
        // The project's own name of it, where the text that was asked about is an overlay.
        if let place = part.result.place(of: address)?.name, let file = part.sources[place.file],
            !known.contains(part.path(file))
        {
            found.append(NamedPlace(part.path(file), file, Int(place.start)..<Int(place.end)))
        }
        let compiled = Set(part.sources.files.map(part.path))
        for file in part.overlays {
            let path = part.path(file)
            guard !known.contains(path) else { continue }
            found += Self.named(address, in: file, path, withReferences: !compiled.contains(path))
        }
        return found
    }

    /// Where a text declares a resource or lays something over it.
    private static func named(
        _ address: ResourceAddress,
        in file: SourceFile,
        _ path: String,
        withReferences: Bool
    ) -> [NamedPlace] {
        var found: [NamedPlace] = []
        for range in Outline.documents(file) {
            let outline = Outline(file, range)
            if outline.address == address, let node = outline.nameNode, let value = outline.nodes[node].value {
                found.append(NamedPlace(path, file, outline.unquoted(value)))
            }
            guard withReferences else { continue }
            for reference in outline.references(Vocabulary(outline, isProjectFile: false))
            where reference.address == address {
                found.append(NamedPlace(path, file, reference.range))
            }
        }
        return found
    }

    /// Where a resource is named by others: open texts as they are, other files as they were checked.
    func mentions(
        of address: ResourceAddress,
        _ cursor: Cursor
    ) -> [NamedPlace] {
        var found: [NamedPlace] = []
        let open = outlined(cursor)
        for document in open {
            for range in Outline.documents(document.file) {
                let outline = Outline(document.file, range)
                for reference in outline.references(Vocabulary(outline, isProjectFile: false))
                where reference.address == address {
                    found.append(NamedPlace(document.path ?? document.uri, document.file, reference.range))
                }
            }
        }
        guard let part = part(of: cursor.document) else { return found }
        let known = Set(open.compactMap(\.path))
        for resource in part.result.partial.resources {
            var fields: [String] = []
            resource.spec.forEachReference { other, site, _ in if other == address { fields.append(site.path) } }
            guard !fields.isEmpty, let ranges = part.result.fieldRanges(resource.address, fields) else { continue }
            for range in ranges {
                guard let file = part.sources[range.file], !known.contains(part.path(file)) else { continue }
                found.append(NamedPlace(part.path(file), file, word(address.name, in: range, of: file)))
            }
        }
        return found
    }

    /// The name itself inside the value that holds it.
    private func word(_ name: String, in range: SourceRange, of file: SourceFile) -> Range<Int> {
        let whole = Int(range.start)..<Int(range.end)
        let wanted = Array(name.utf8)
        guard whole.count >= wanted.count else { return whole }
        func isLetter(_ index: Int) -> Bool {
            guard whole.contains(index) else { return false }
            let byte = file.bytes[index]
            return (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "_.-".utf8.contains(byte)
        }
        for start in whole.lowerBound...(whole.upperBound - wanted.count) {
            let place = start..<(start + wanted.count)
            if file.bytes[place].elementsEqual(wanted), !isLetter(start - 1), !isLetter(place.upperBound) {
                return place
            }
        }
        return whole
    }

    /// The names of all resources of a kind, as far as they are known.
    func names(_ kind: ResourceKind, _ cursor: Cursor) -> [String] {
        var names: Set<String> = []
        for resource in part(of: cursor.document)?.result.partial.resources ?? [] where resource.address.kind == kind {
            names.insert(resource.address.name)
        }
        for document in outlined(cursor) {
            for range in Outline.documents(document.file) {
                if let address = Outline(document.file, range).address, address.kind == kind {
                    names.insert(address.name)
                }
            }
        }
        return names.sorted()
    }
}
