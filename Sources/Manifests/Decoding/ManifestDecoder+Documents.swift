import Glibc
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// One resource and where it is written.
struct DecodedResource: Sendable {
    var resource: Resource
    var place: ResourcePlace
}

/// Where a resource is written.
package struct ResourcePlace: Sendable, Hashable {
    /// The whole document.
    package var document: SourceRange
    /// The name in its metadata.
    package var name: SourceRange
    /// The documents laid over it, in order.
    package var overlays: [SourceRange] = []
    /// Where the items of merged lists came from.
    var origins: [String: [ItemOrigin]] = [:]
}

/// A kind of resource on its way from a manifest to its spec.
protocol KindDraft: ManifestRecord {
    static var kind: ResourceKind { get }
    var protect: Bool { get }

    /// Checks what fields say together and gives the spec.
    mutating func lowered(_ decoder: inout ManifestDecoder, _ site: borrowing Site) -> ResourceSpec
}

/// Documents: the header, the spec by its kind, and what is laid over it.
extension ManifestDecoder {
    /// Reads one document; nil when it is not known what it declares.
    mutating func resource(_ root: YAMLNode, _ info: YAMLDocumentInfo, overlays: OverlaySet?) -> DecodedResource? {
        resource(root, range: info.range, hasErrors: info.hasErrors, overlays: overlays)
    }

    mutating func resource(
        _ root: YAMLNode,
        range: SourceRange,
        hasErrors: Bool,
        overlays: OverlaySet?
    ) -> DecodedResource? {
        defer { finishDocument() }
        beginDocument(range)
        guard root.isMapping else {
            report(
                .notAManifest,
                "expected a map with apiVersion, kind, metadata and spec, found \(Self.describe(root))",
                at: root.smallRange
            )
            return nil
        }
        if reportComposeFile(root) { return nil }
        let faults = diagnostics.count
        guard let (header, kind, metadata) = header(root), let name = metadata.name else {
            if hasErrors, diagnostics.count > faults { removeMissing(from: faults) }
            return nil
        }
        let site = Site(
            name: name,
            nameRange: metadata.nameRange ?? root.smallRange,
            base: header.spec,
            baseDirectory: directory
        )
        let layers = overlays?.documents[ResourceAddress(kind, name)] ?? []
        let document = Document(
            metadata: metadata.metadata,
            range: range,
            kindRange: header.kindNode?.range,
            layers: layers
        )
        let result: DecodedResource =
            switch kind {
            case .service: decoded(ServiceDraft(), site, document)
            case .network: decoded(NetworkDraft(), site, document)
            case .volume: decoded(VolumeDraft(), site, document)
            case .secret: decoded(SecretDraft(), site, document)
            case .config: decoded(ConfigDraft(), site, document)
            }
        // What a syntax error took away is not missing for its own reason.
        if hasErrors { removeMissing(from: faults) }
        removeRepeated(from: faults)
        return result
    }

    private struct Document {
        var metadata: ResourceMetadata
        var range: SourceRange
        var kindRange: SourceRange?
        var layers: [OverlayDocument]
    }

    mutating func beginDocument(_ range: SourceRange) {
        interpolates = false
        guard let file, range.end > range.start, Int(range.end) <= file.count else { return }
        interpolates = memchr(file.base + Int(range.start), 0x24, Int(range.end - range.start)) != nil
    }

    /// What several aliases of one text find wrong with it is one fault.
    private mutating func removeRepeated(from start: Int) {
        guard diagnostics.count - start > 1 else { return }
        var seen: Set<Diagnostic> = []
        let kept = diagnostics[start...].filter { seen.insert($0).inserted }
        diagnostics.replaceSubrange(start..., with: kept)
    }

    private mutating func removeMissing(from start: Int) {
        let kept = diagnostics[start...].filter { $0.code != .missingField }
        diagnostics.replaceSubrange(start..., with: kept)
    }

    /// The top of the document; nil, and diagnostics, when it is not known what it declares.
    mutating func header(_ root: YAMLNode, isOverlay: Bool = false) -> (Header, ResourceKind, MetadataDraft)? {
        var header = Header()
        let faults = diagnostics.count
        fields(of: root, Header.table, into: &header)
        if diagnostics.count > faults { reportOutdented(root, since: faults) }
        var isKnown = true
        if let version = header.apiVersion, !isKnownVersion(version) { isKnown = false }
        var kind: ResourceKind?
        if let node = header.kindNode {
            kind = self.kind(node)
        }
        var metadata = MetadataDraft()
        if let node = header.metadata {
            field = "metadata"
            fields(of: node, MetadataDraft.table, into: &metadata)
        }
        guard isKnown, let kind, metadata.name != nil else {
            // Of another program's manifests it is not known what belongs there.
            let isOwn = header.apiVersion.map { $0.text.hasPrefix("orchplan/") } ?? true
            if isOwn, !isOverlay, let spec = header.spec, let meant = kind ?? header.kindNode.flatMap(nearKind) {
                readAside(spec, meant)
            }
            return nil
        }
        return (header, kind, metadata)
    }

    /// Reads a spec for its faults alone, of a resource that is not known by its name or its exact kind.
    private mutating func readAside(_ spec: YAMLNode, _ kind: ResourceKind) {
        func read<Draft: KindDraft>(_ fresh: Draft) {
            var draft = fresh
            let faults = diagnostics.count
            field = "spec"
            fields(of: spec, Draft.table, into: &draft)
            if draft is SecretDraft { hideValues(from: faults, except: []) }
        }
        switch kind {
        case .service: read(ServiceDraft())
        case .network: read(NetworkDraft())
        case .volume: read(VolumeDraft())
        case .secret: read(SecretDraft())
        case .config: read(ConfigDraft())
        }
    }

    /// Says once that the fields of `metadata` and `spec` are not indented below it, where that is what went wrong.
    private mutating func reportOutdented(_ root: YAMLNode, since start: Int) {
        guard root.isMapping else { return }
        let all = root.pairs.map(\.key)
        for name in ["metadata", "spec"] {
            guard let empty = root[name], empty.isNull, let place = empty.keyRange else { continue }
            let behind = all.drop { $0.range.start <= place.start }
            let keys = behind.prefix { Header.table.row(of: $0.utf8) == nil }
            guard let first = keys.first else { continue }
            let ranges = Set(keys.map(\.range))
            let kept = diagnostics[start...]
                .filter { fault in
                    guard let range = fault.primary?.range else { return true }
                    return !(fault.code == .nullValue && range == place)
                        && !(fault.code == .unknownField && ranges.contains(range))
                }
            diagnostics.replaceSubrange(start..., with: kept)
            report(
                .unknownField,
                "`\(first.text)` stands beside `\(name)`, not below it",
                at: first.range,
                secondary: [Label(place, "so this has no value")],
                help: ["indent it: `\(name):` and, on the next line, two spaces and `\(first.text):`"]
            )
        }
    }

    private mutating func decoded<Draft: KindDraft>(
        _ fresh: Draft,
        _ given: Site,
        _ document: Document
    ) -> DecodedResource {
        var site = given
        var draft = fresh
        var metadata = document.metadata
        let faults = diagnostics.count
        if let spec = site.base {
            field = "spec"
            site.seen = fields(of: spec, Draft.table, into: &draft)
            if let secret = draft as? SecretDraft {
                hideValues(from: faults, except: [secret.file, secret.environment, secret.age].compactMap(\.self))
            }
        } else if Draft.kind != .network, Draft.kind != .volume, document.layers.isEmpty {
            report(.missingField, "\(Draft.table.info.title) `\(site.name)` has no `spec`", at: site.nameRange)
        }
        guard document.layers.isEmpty else {
            var finished: DecodedResource?
            lay(document.layers[...], over: &draft, &metadata, &site) { decoder, draft, metadata, site in
                finished = decoder.finish(&draft, site, metadata, document, faults: faults)
            }
            return finished ?? finish(&draft, site, metadata, document, faults: faults)
        }
        return finish(&draft, site, metadata, document, faults: faults)
    }

    private mutating func finish<Draft: KindDraft>(
        _ draft: inout Draft,
        _ given: borrowing Site,
        _ metadata: ResourceMetadata,
        _ document: Document,
        faults: Int
    ) -> DecodedResource {
        checkCapabilities(Draft.kind, given, kindRange: document.kindRange)
        let spec: ResourceSpec
        if origins.isEmpty {
            spec = draft.lowered(&self, given)
            checkValues(Draft.kind, given, spec)
        } else {
            var site = copy given
            site.origins = origins
            spec = draft.lowered(&self, site)
            checkValues(Draft.kind, site, spec)
        }
        let place = ResourcePlace(
            document: document.range,
            name: given.nameRange,
            overlays: document.layers.map(\.document.range),
            origins: origins
        )
        let address = ResourceAddress(Draft.kind, given.name)
        attributeMentions(to: address)
        return DecodedResource(
            resource: Resource(address: address, metadata: metadata, protect: draft.protect, spec: spec),
            place: place
        )
    }

    /// Lays documents over a draft, one in the other's reach, so that the nodes of all live until `body` returned.
    private mutating func lay<Draft: KindDraft>(
        _ layers: ArraySlice<OverlayDocument>,
        over draft: inout Draft,
        _ metadata: inout ResourceMetadata,
        _ site: inout Site,
        _ body: (inout ManifestDecoder, inout Draft, ResourceMetadata, Site) -> Void
    ) {
        guard let first = layers.first else {
            body(&self, &draft, metadata, site)
            return
        }
        let outer = (file, directory, interpolates)
        first.document.withRoot { root in
            file = first.file
            directory = first.directory
            beginDocument(first.document.range)
            isOverlay = true
            layer += 1
            if let spec = root["spec"], !spec.isNull {
                field = "spec"
                site.seen |= fields(of: spec, Draft.table, into: &draft)
                site.overlays.append(spec)
                site.overlayDirectories.append(directory)
            }
            if let node = root["metadata"], node.isMapping {
                var overlay = MetadataDraft()
                overlay.metadata = metadata
                fields(of: node, MetadataDraft.table, into: &overlay)
                metadata = overlay.metadata
            }
            isOverlay = false
            lay(layers.dropFirst(), over: &draft, &metadata, &site, body)
        }
        (file, directory, interpolates) = outer
    }
}
