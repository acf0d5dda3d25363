import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// The top of a manifest: what it declares, before its spec is read.
struct Header {
    var apiVersion: YAMLNode?
    var kindNode: YAMLNode?
    var metadata: YAMLNode?
    var spec: YAMLNode?

    static let table = FieldTable<Header>(
        "manifest",
        "One resource: what it is, what it is called, and what it should be.",
        [
            row("apiVersion", "The version of the manifest's form.", .choice(["orchplan/v1"]), "orchplan/v1", true) {
                $0.apiVersion = $1
            },
            row(
                "kind",
                "What the manifest declares.",
                .choice(ResourceKind.inOrder.map(\.manifestName)),
                "Service",
                true
            ) {
                $0.kindNode = $1
            },
            row("metadata", "What the resource is called.", .record { MetadataDraft.table.info }, "{name: web}", true) {
                $0.metadata = $1
            },
            row("spec", "What the resource should be.", .map(.text(.any)), "{}", false) { $0.spec = $1 },
        ]
    )

    private static func row(
        _ name: StaticString,
        _ doc: String,
        _ type: FieldType,
        _ example: String,
        _ required: Bool,
        _ set: @escaping @Sendable (inout Header, YAMLNode) -> Void
    ) -> FieldRow<Header> {
        FieldRow(
            info: FieldInfo(name, doc, type, nil, example, required),
            decode: { root, node, _ in set(&root, node) },
            reset: { _ in }
        )
    }
}

extension ResourceKind {
    /// Services first: the order in which people look for a kind.
    package static let inOrder: [ResourceKind] = [.service, .network, .volume, .secret, .config]
}

/// The metadata of a manifest.
struct MetadataDraft: ManifestRecord {
    var metadata = ResourceMetadata()
    var name: String?
    var nameRange: SourceRange?

    static let table = FieldTable<MetadataDraft>(
        "metadata",
        "What a resource is called, and what else is said about it.",
        [
            FieldRow(
                info: FieldInfo(
                    "name",
                    "The name, of letters, digits, `_`, `.` and `-`, at most 63 bytes long.",
                    .text(.name),
                    nil,
                    "web",
                    true
                ),
                decode: { draft, node, decoder in
                    draft.nameRange = node.range
                    draft.name = decoder.resourceName(node)
                },
                reset: { _ in }
            ),
            .map("labels", "Labels for people and selectors.", example: "{tier: app}") { $1(&$0.metadata.labels) },
            .map("annotations", "Notes that nothing is selected by.", example: "{owner: shop-team}") {
                $1(&$0.metadata.annotations)
            },
        ]
    )
}

extension ManifestDecoder {
    /// The name of a resource, in which nothing is put in.
    mutating func resourceName(_ node: YAMLNode) -> String? {
        guard node.isScalar, !node.isNull else {
            wrongType(node, expected: "a name")
            return nil
        }
        if Self.isName(node.utf8) { return node.text }
        let name = node.text
        if name.utf8.contains(0x24) {
            report(
                .variableInName,
                "the name `\(Self.shortened(name))` holds a variable",
                at: node.smallRange,
                help: ["names stay the same in every environment; use overlays or labels for what differs"]
            )
            return nil
        }
        let reason =
            name.utf8.contains { $0 >= 0x80 }
            ? "names are ASCII" : name.utf8.count > 63 ? "names have at most 63 bytes" : nil
        report(
            .invalidName,
            "`\(Self.shortened(name))` cannot be a name" + (reason.map { ": \($0)" } ?? ""),
            at: node.smallRange,
            help: ["start with a letter or digit; letters, digits, `_`, `.` and `-` may follow"]
        )
        return nil
    }

    /// The rule of `ResourceAddress.isValidName`, on bytes.
    private static func isName(_ bytes: Bytes) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 63 else { return false }
        for (index, byte) in bytes.enumerated() {
            let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || Digits.isDigit(byte)
            let isJoint = byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            guard isLetter || (isJoint && index > 0) else { return false }
        }
        return true
    }

    /// The kind of a manifest.
    mutating func kind(_ node: YAMLNode) -> ResourceKind? {
        for kind in ResourceKind.inOrder where Self.spells(node, kind) { return kind }
        let text = node.text
        let names = ResourceKind.inOrder.map(\.manifestName)
        let near = Suggestion.nearest(text, in: names)
        wasExpanded = false
        diagnostics.append(
            Diagnostic(
                .unknownKind,
                "unknown kind \(Self.describe(node))",
                at: node.smallRange,
                notes: near == nil ? ["known: " + names.joined(separator: ", ")] : [],
                help: near.map { [mend("did you mean `\($0)`?", node, $0, keepsQuotes: true)] } ?? []
            )
        )
        return nil
    }

    /// The kind that a mistyped one is near to.
    func nearKind(_ node: YAMLNode) -> ResourceKind? {
        let near = Suggestion.nearest(node.text, in: ResourceKind.inOrder.map(\.manifestName))
        return ResourceKind.inOrder.first { $0.manifestName == near }
    }

    private static func spells(_ node: YAMLNode, _ kind: ResourceKind) -> Bool {
        switch kind {
        case .service: node.hasText("Service")
        case .network: node.hasText("Network")
        case .volume: node.hasText("Volume")
        case .secret: node.hasText("Secret")
        case .config: node.hasText("Config")
        }
    }

    /// Whether the manifest is of a version that is known.
    mutating func isKnownVersion(_ node: YAMLNode) -> Bool {
        if node.hasText("orchplan/v1") { return true }
        wasExpanded = false
        diagnostics.append(
            Diagnostic(
                .unknownVersion,
                "unknown apiVersion \(Self.describe(node))",
                at: node.smallRange,
                help: [mend("write `orchplan/v1`", node, "orchplan/v1", keepsQuotes: true)]
            )
        )
        return false
    }
}
