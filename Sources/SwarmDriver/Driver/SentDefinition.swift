import ResourceModel

/// The definition of a service as this run sent it, to tell whether it is still the one that is rolled out.
struct SentDefinition: Sendable {
    private let spec: CanonicalValue
    /// The version that was compared last: only another one can differ otherwise.
    private var compared: Int64?
    private var found: [LiveEdit] = []

    init(spec: CanonicalValue) {
        self.spec = spec
    }

    /// What somebody changed since it was sent; nothing while the engine itself goes back, or has gone.
    mutating func edits(_ answers: ServiceAnswers, _ name: String) -> [LiveEdit] {
        let address = ResourceAddress(.service, name)
        guard let live = answers.services.first(where: { $0["Spec"].flatMap(LookedAt.address) == address }),
            let now = live["Spec"], live.at("UpdateStatus", "State")?.string?.hasPrefix("rollback") != true
        else { return [] }
        let version = live.at("Version", "Index")?.wholeNumber
        if let compared, compared == version { return found }
        compared = version
        found = SpecDrift.fields(sent: spec, live: now)
            .map {
                LiveEdit(path: $0.field, applied: $0.declared.map { .string($0) }, live: $0.live.map { .string($0) })
            }
        return found
    }
}
