import ResourceModel
import SourceDiagnostics

/// What the driver cannot do, said at the manifest's line.
extension ManifestDecoder {
    mutating func checkCapabilities(_ kind: ResourceKind, _ site: borrowing Site, kindRange: SourceRange?) {
        guard let limits = context.limits else { return }
        if !limits.has(kind) {
            report(
                .unsupportedKind,
                "the driver \(limits.capabilities.driver) has no \(kind.manifestName)",
                at: kindRange ?? site.nameRange
            )
        }
        guard limits.mask(kind) & site.seen != 0 else { return }
        for field in limits.fields(kind) where site.gives(field.path) {
            report(
                .unsupportedField,
                "the driver \(limits.capabilities.driver) cannot honour `\(field.path)`: \(field.reason)",
                at: site.range(field.path),
                severity: field.isError ? .error : .warning,
                help: field.isError ? ["remove it"] : [field.outcome]
            )
        }
    }
}

/// A driver's capabilities, prepared so that a manifest without an unsupported field costs one test of bits.
final class DriverLimits: Sendable {
    let capabilities: Capabilities
    /// Bits and lists instead of sets: the words of an enum would be hashed for every manifest.
    private let kinds: UInt8
    private let modes: UInt8
    private let masks: [(mask: UInt64, fields: [UnsupportedField])]

    init(_ capabilities: Capabilities) {
        self.capabilities = capabilities
        kinds = capabilities.kinds.reduce(0) { $0 | 1 << $1.rank }
        modes = capabilities.modes.reduce(0) { $0 | Self.bit($1) }
        var masks = [(mask: UInt64, fields: [UnsupportedField])](repeating: (0, []), count: ResourceKind.allCases.count)
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
            masks[Int(field.kind.rank)].mask |= bit
            masks[Int(field.kind.rank)].fields.append(field)
        }
        self.masks = masks
    }

    func has(_ kind: ResourceKind) -> Bool { kinds & 1 << kind.rank != 0 }
    func has(_ mode: ServiceMode) -> Bool { modes & Self.bit(mode) != 0 }
    func mask(_ kind: ResourceKind) -> UInt64 { masks[Int(kind.rank)].mask }
    func fields(_ kind: ResourceKind) -> [UnsupportedField] { masks[Int(kind.rank)].fields }

    private static func bit(_ mode: ServiceMode) -> UInt8 {
        switch mode {
        case .replicated: 1
        case .global: 2
        case .replicatedJob: 4
        case .globalJob: 8
        }
    }
}
