import Plans
import ResourceModel

extension SamplePlan {
    /// A tag that was moved, an image that is new, one that is pinned at last, and registries that do not answer.
    static var images: Plan {
        var plan = nothing
        plan.driver = "swarm"
        plan.steps = [
            step(
                0,
                "api",
                ("ghcr.io/shop/api:1", "1"),
                ("ghcr.io/shop/api:1", "2"),
                [.tagMoved(image: "ghcr.io/shop/api:1")]
            ),
            step(1, "front", ("ghcr.io/shop/front:1", "3"), ("ghcr.io/shop/front:2", "4"), [.fieldsChanged]),
            step(
                2,
                "mail",
                ("ghcr.io/shop/mail:1", nil),
                ("ghcr.io/shop/mail:1", "5"),
                [.fieldsChanged, .imagePinned(image: "ghcr.io/shop/mail:1")],
                user: "1000"
            ), step(3, "new", nil, ("ghcr.io/shop/new:1", "6"), [.notRecorded]),
        ]
        plan.findings = [
            PlanFinding(
                code: "OP3106",
                severity: .note,
                address: .init(.service, "cache"),
                message: "the registry docker.io did not tell what redis:7 stands for now: connection refused;"
                    + " service/cache stays with the content that is recorded",
                help: "see that the engine reaches the registry, or ask none with --resolve-images never"
            )
        ]
        return plan
    }

    private static func step(
        _ id: Int,
        _ name: String,
        _ before: (image: String, digit: String?)?,
        _ after: (image: String, digit: String?),
        _ reasons: [StepReason],
        user: String? = nil
    ) -> PlanStep {
        let address = ResourceAddress(.service, name)
        func spec(_ image: (image: String, digit: String?), user: String?) -> ServiceSpec {
            var spec = ServiceSpec()
            spec.image = image.image
            spec.imageDigest = image.digit.map { "sha256:" + String(repeating: $0, count: 64) }
            spec.user = user
            return spec
        }
        let old = before.map { spec($0, user: nil) }
        let new = spec(after, user: user)
        var changes: [FieldChange] = []
        func compare(_ path: String, _ field: (ServiceSpec) -> String?) {
            guard let old, field(old) != field(new) else { return }
            changes.append(
                FieldChange(
                    path: path,
                    before: field(old).map(CanonicalValue.string),
                    after: field(new).map(CanonicalValue.string)
                )
            )
        }
        compare("image") { $0.image }
        compare("imageDigest") { $0.imageDigest }
        compare("user") { $0.user }
        return PlanStep(
            id: id,
            address: address,
            action: old == nil ? .create : .update,
            reasons: reasons,
            changes: changes,
            before: old.map { text(address, .service($0)) },
            after: text(address, .service(new))
        )
    }
}
