import ResourceModel

/// A field of a manifest that is not in the engine as it was declared.
package struct FieldDrift: Sendable, Hashable {
    /// The path below `spec`: `image`, `environment.LEVEL`; what no manifest has is `engine.` and the engine's own
    /// path.
    package var field: String
    /// Nil: not declared.
    package var declared: String?
    /// Nil: the engine does not have it.
    package var live: String?

    package init(_ field: String, declared: String?, live: String?) {
        self.field = field
        self.declared = declared
        self.live = live
    }
}

/// What differs between the spec that a record stands for and the one that the engine has, told per manifest field.
package enum SpecDrift {
    /// Every field that differs, in the order of a manifest's fields; empty: the service is as declared.
    ///
    /// Labels of orchplan's own and forced rollouts are no drift, nor are those that `docker stack` left at the service.
    /// Secrets are names here: their content is in neither spec.
    ///
    /// - Parameters:
    ///   - sent: The recorded spec, translated forward again.
    ///   - live: The engine's `Spec`, with or without its defaults.
    package static func fields(
        sent: CanonicalValue,
        live: CanonicalValue,
        names: EngineNames = EngineNames()
    ) -> [FieldDrift] {
        let declared = ManifestFields(SpecNormalisation.normalised(sent), names).texts
        let found = ManifestFields(SpecNormalisation.normalised(live), names).texts
        return Set(declared.keys).union(found.keys)
            .filter { declared[$0] != found[$0] }
            .filter { declared[$0] != nil || !$0.hasPrefix("labels.\(AdoptedService.stackPrefix)") }
            .sorted { (rank($0), $0) < (rank($1), $1) }
            .map { field in
                let usual = ManifestFields.defaults[field]
                return FieldDrift(field, declared: declared[field] ?? usual, live: found[field] ?? usual)
            }
    }

    /// Whether the engine makes new instances where this field changes.
    package static func changesInstances(_ field: String) -> Bool {
        let top = field.prefix { $0 != "." && $0 != "[" }
        return !["labels", "ports", "endpointMode", "update", "rollback", "replicas", "mode"].contains(top)
    }

    private static func rank(_ field: String) -> Int {
        let top = String(field.prefix { $0 != "." && $0 != "[" })
        return ranks[top] ?? ranks.count
    }

    private static let ranks: [String: Int] = {
        var ranks: [String: Int] = [:]
        for (index, field) in ServiceSpec.fields.enumerated() { ranks["\(field.name)"] = index }
        return ranks
    }()
}
