import ResourceModel

extension LintRule {
    static let runsAsRoot = LintRule(
        "5047",
        "runs-as-root",
        .security,
        nil,
        "A service runs as root, or as whoever its image says.",
        why: "Root in a container is one mistake of the kernel's away from root outside.",
        remedy: "Write user, with the number or name of an ordinary user.",
        example: .service(
            fails: "image: shop/web:1",
            passes: """
                image: shop/web:1
                user: '1000'
                """
        ),
        check: .services { service, subject in
            let user = service.user?.prefix { $0 != ":" }
            guard user == nil || user == "root" || user == "0" else { return [] }
            return [
                LintFinding(
                    field: user == nil ? nil : "user",
                    "Service `\(subject.name)` \(user == nil ? "does not say whom it runs as" : "runs as root")",
                    help: "write `user`"
                )
            ]
        }
    )
}
