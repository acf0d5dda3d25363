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
        for field in limits.fields(kind) where field.condition == .written && site.gives(field.path) {
            reportUnsupported(field, field.path, at: site.range(field.path), limits.capabilities.driver)
        }
    }

    /// The values that the driver cannot honour; those of short forms and overlays, too.
    mutating func checkValues(_ kind: ResourceKind, _ site: borrowing Site, _ spec: ResourceSpec) {
        guard let limits = context.limits, limits.valueMask(kind) & site.seen != 0 else { return }
        let resource = Resource(address: ResourceAddress(kind, site.name), spec: spec)
        guard let value = (try? CanonicalText(resource).value())?["spec"] else { return }
        for field in limits.fields(kind) where field.condition != .written {
            for path in FieldPath.places(of: field.path, in: value, where: field.condition) {
                reportUnsupported(field, path, at: site.range(path), limits.capabilities.driver)
            }
        }
    }

    private mutating func reportUnsupported(
        _ field: UnsupportedField,
        _ path: String,
        at range: SourceRange,
        _ driver: String
    ) {
        report(
            .unsupportedField,
            "the driver \(driver) cannot honour `\(path)`: \(field.reason)",
            at: range,
            severity: field.isError ? .error : .warning,
            help: [field.help ?? (field.isError ? "remove it" : field.outcome)]
        )
    }
}

extension FieldPath {
    /// Where a value holds the condition: `[]` becomes the index of an item, or ends at the entry of a map.
    static func places(of path: String, in value: CanonicalValue, where condition: FieldCondition) -> [String] {
        places(steps(path)[...], value, "", condition)
    }

    private static func places(
        _ steps: ArraySlice<Step>,
        _ value: CanonicalValue,
        _ place: String,
        _ condition: FieldCondition
    ) -> [String] {
        guard let step = steps.first else { return condition.holds(for: value) ? [place] : [] }
        let rest = steps.dropFirst()
        switch step {
        case .name: return []
        case .key(let name):
            guard let child = value[name] else { return [] }
            return places(rest, child, place.isEmpty ? name : "\(place).\(name)", condition)
        case .item(let index):
            guard let items = value.array, items.indices.contains(index) else { return [] }
            return places(rest, items[index], "\(place)[\(index)]", condition)
        case .anyItem:
            if let items = value.array {
                return items.enumerated().flatMap { places(rest, $1, "\(place)[\($0)]", condition) }
            }
            // What is inside an entry has no place of its own: keys of maps may hold dots.
            return (value.object ?? [])
                .filter { !places(rest, $0.value, "", condition).isEmpty }
                .map { "\(place).\($0.key)" }
        }
    }
}

/// A driver's capabilities, prepared so that a manifest without an unsupported field costs one test of bits.
final class DriverLimits: Sendable {
    let capabilities: Capabilities
    /// Bits and lists instead of sets: the words of an enum would be hashed for every manifest.
    private let kinds: UInt8
    private let modes: UInt8
    private let masks: [(mask: UInt64, values: UInt64, fields: [UnsupportedField])]

    init(_ capabilities: Capabilities) {
        self.capabilities = capabilities
        kinds = capabilities.kinds.reduce(0) { $0 | 1 << $1.rank }
        modes = capabilities.modes.reduce(0) { $0 | Self.bit($1) }
        let none: (mask: UInt64, values: UInt64, fields: [UnsupportedField]) = (0, 0, [])
        var masks = Array(repeating: none, count: ResourceKind.allCases.count)
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
            if field.condition == .written {
                masks[Int(field.kind.rank)].mask |= bit
            } else {
                masks[Int(field.kind.rank)].values |= bit
            }
            masks[Int(field.kind.rank)].fields.append(field)
        }
        self.masks = masks
    }

    func has(_ kind: ResourceKind) -> Bool { kinds & 1 << kind.rank != 0 }
    func has(_ mode: ServiceMode) -> Bool { modes & Self.bit(mode) != 0 }
    func mask(_ kind: ResourceKind) -> UInt64 { masks[Int(kind.rank)].mask }
    func valueMask(_ kind: ResourceKind) -> UInt64 { masks[Int(kind.rank)].values }
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
