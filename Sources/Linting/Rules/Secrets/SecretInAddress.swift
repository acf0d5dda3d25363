import ResourceModel
import SourceDiagnostics

extension LintRule {
    static let secretInAddress = LintRule(
        "5055",
        "secret-in-address",
        .secrets,
        .warning,
        "An environment variable holds an address with a password in it.",
        why: "Addresses end up in logs and error messages, and the password with them.",
        remedy: "Give the password apart, as a secret, or make the whole address one.",
        example: .service(
            fails: """
                image: shop/web:1
                environment: {DATABASE_URL: 'postgres://shop:swordfish@db/shop'}
                """,
            passes: """
                image: shop/web:1
                environment: {DATABASE_URL: 'postgres://shop@db/shop'}
                """
        ),
        check: .services { service, _ in
            service.environment.entries.compactMap { entry in
                guard case .text(let text) = entry.value, SecretWords.hasPassword(address: text) else { return nil }
                return LintFinding(
                    field: "environment.\(entry.key)",
                    "the address in `\(entry.key)` has a password in it",
                    help: "make it a Secret, and write `{secret: NAME}`",
                    isSensitive: true
                )
            }
        }
    )
}
