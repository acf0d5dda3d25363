import ResourceModel

extension LintRule {
    static let pullWithoutNeed = LintRule(
        "5006",
        "pull-without-need",
        .images,
        .note,
        "An image that is pinned by its digest is fetched again at every start.",
        why: "What a digest names never changes, so asking the registry at every start finds nothing new and fails "
            + "when the registry is away.",
        remedy: "Leave pullPolicy out: what a digest names never changes.",
        example: .service(
            fails: """
                image: nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                pullPolicy: always
                """,
            passes: "image: nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        ),
        check: .services { service, _ in
            guard service.pullPolicy == .always, let image = service.image, ImageName(image).hasDigest else {
                return []
            }
            return [
                LintFinding(
                    field: "pullPolicy",
                    "an image with a digest never changes: fetching it always finds the same",
                    help: "remove `pullPolicy`",
                    fix: .remove("pullPolicy")
                )
            ]
        }
    )
}
