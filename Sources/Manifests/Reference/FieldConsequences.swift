import ResourceModel

/// What a change of a field does to what runs, from the rows of the specs' canonical text.
struct FieldConsequences {
    private let words: [String: String]

    /// Nil for secrets and configs: there the content decides, whichever field it comes from.
    init?(_ kind: ResourceKind) {
        switch kind {
        case .service: words = Self.words(ServiceSpec.fields)
        case .network: words = Self.words(NetworkSpec.fields)
        case .volume: words = Self.words(VolumeSpec.fields)
        case .secret, .config: return nil
        }
    }

    /// The consequence in a few words, which the introduction explains.
    func text(of field: String) -> String {
        switch field {
        case "protect": "recorded"
        // Its lines become `environment`.
        case "envFiles": words["environment"] ?? ""
        default: words[field] ?? ""
        }
    }

    private static func words<Root>(_ fields: [CanonicalField<Root>]) -> [String: String] {
        Dictionary(fields.map { ($0.name.text, words($0)) }) { first, _ in first }
    }

    private static func words<Root>(_ field: CanonicalField<Root>) -> String {
        if field.forcesReplacement { return "replaces" }
        let rolls = field.scope.contains(.instance)
        if rolls, field.scope.contains(.service) { return "rolls or in place" }
        return rolls ? "rolls" : field.scope.contains(.service) ? "in place" : "recorded"
    }
}
