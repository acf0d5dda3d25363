import ResourceModel
import SourceDiagnostics

/// What the driver cannot do, said at the manifest's line.
extension ManifestDecoder {
    mutating func checkCapabilities(_ kind: ResourceKind, _ site: borrowing Site, kindRange: SourceRange?) {
        guard let limits = context.limits else { return }
        if !limits.capabilities.kinds.contains(kind) {
            report(
                .unsupportedKind,
                "the driver \(limits.capabilities.driver) has no \(kind.manifestName)",
                at: kindRange ?? site.nameRange
            )
        }
        let (mask, fields) = limits.fields(kind)
        guard mask & site.seen != 0 else { return }
        for field in fields where site.gives(field.path) {
            report(
                .unsupportedField,
                "the driver \(limits.capabilities.driver) cannot honour `\(field.path)`: \(field.reason)",
                at: site.range(field.path),
                severity: field.isError ? .error : .warning,
                help: field.isError ? ["remove it"] : [field.help ?? "it is ignored"]
            )
        }
    }
}

/// A driver's capabilities, prepared so that a manifest without an unsupported field costs one test of bits.
struct DriverLimits: Sendable {
    let capabilities: Capabilities
    private let masks: [ResourceKind: (UInt64, [UnsupportedField])]

    init(_ capabilities: Capabilities) {
        self.capabilities = capabilities
        var masks: [ResourceKind: (UInt64, [UnsupportedField])] = [:]
        for field in capabilities.unsupportedFields {
            let top = String(field.path.prefix { $0 != "." && $0 != "[" })
            let bit =
                switch field.kind {
                case .service: ServiceDraft.table.bit(top)
                case .network: NetworkDraft.table.bit(top)
                case .volume: VolumeDraft.table.bit(top)
                case .secret: SecretDraft.table.bit(top)
                case .config: ConfigDraft.table.bit(top)
                }
            var entry = masks[field.kind] ?? (0, [])
            entry.0 |= bit
            entry.1.append(field)
            masks[field.kind] = entry
        }
        self.masks = masks
    }

    func fields(_ kind: ResourceKind) -> (UInt64, [UnsupportedField]) { masks[kind] ?? (0, []) }
}
