import Manifests
import ResourceModel
import SourceDiagnostics

/// Another name for a resource, where it is declared and where others name it.
extension LanguageServer {
    /// The name that would be changed; null where there is none.
    func prepareRename(_ cursor: Cursor) -> CanonicalValue {
        guard let found = address(at: cursor), declaration(of: found.address, cursor) != nil else { return .null }
        return JSON.object([
            "range": cursor.document.file.range(found.range, client.encoding),
            "placeholder": .string(found.address.name),
        ])
    }

    /// The edits of all files; none is given where a place could not be changed along.
    func rename(_ cursor: Cursor, to name: String) throws(RequestError) -> CanonicalValue {
        guard let address = address(at: cursor)?.address, let declared = declaration(of: address, cursor) else {
            throw RequestError(.invalidParameters, "no resource is named here")
        }
        guard ResourceAddress.isValidName(name) else {
            throw RequestError(
                .invalidParameters,
                "`\(Escaping.visible(name))` cannot be a name: it starts with a letter or digit, and letters, digits, "
                    + "`_`, `.` and `-` follow"
            )
        }
        if name != address.name, names(address.kind, cursor).contains(name) {
            throw RequestError(.invalidParameters, "there is a \(address.kind.manifestName) `\(name)` already")
        }
        var known: Set<Place> = []
        var edits: [String: [CanonicalValue]] = [:]
        let own = NamedPlace(declared.path, declared.file, declared.range)
        for place in [own] + mentions(of: address, cursor) + overlaid(address, cursor) {
            let (path, file, range) = (place.path, place.file, place.range)
            guard file.text(in: range) == address.name else {
                let line = file.position(at: UInt32(range.lowerBound)).line
                throw RequestError(
                    .invalidParameters,
                    "\(file.path):\(line) names it in a way that cannot be changed, such as by a variable"
                )
            }
            guard known.insert(Place(path: path, start: range.lowerBound)).inserted else { continue }
            let uri =
                documents.values.first { $0.path == path }?.uri ?? (path.hasPrefix("/") ? FileURI.uri(path) : path)
            edits[uri, default: []]
                .append(JSON.object(["range": file.range(range, client.encoding), "newText": .string(name)]))
        }
        let changes = edits.sorted { $0.key < $1.key }
            .map { CanonicalMember(key: $0.key, value: .array($0.value)) }
        return JSON.object(["changes": .object(changes)])
    }

    private struct Place: Hashable {
        var path: String
        var start: Int
    }
}
