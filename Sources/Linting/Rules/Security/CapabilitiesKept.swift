import ResourceModel

extension LintRule {
    static let capabilitiesKept = LintRule(
        "5046",
        "capabilities-kept",
        .security,
        nil,
        "A service keeps the engine's default capabilities.",
        why: "Most services need none of the capabilities that the engine gives them, and intruders do.",
        remedy: "Write capDrop: [ALL], and capAdd for those that it needs.",
        example: .service(
            fails: "image: shop/web:1",
            passes: """
                image: shop/web:1
                capDrop: [ALL]
                """
        ),
        check: .services { service, subject in
            guard !service.capDrop.contains(where: { $0.uppercased().hasSuffix("ALL") }), !service.privileged else {
                return []
            }
            return [
                LintFinding(
                    field: nil,
                    "Service `\(subject.name)` keeps capabilities that it may not need",
                    help: "write `capDrop: [ALL]`",
                    fix: service.capDrop.isEmpty ? .set("capDrop", "[ALL]") : nil
                )
            ]
        }
    )
}
