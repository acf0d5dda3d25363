import ResourceModel

extension LintRule {
    static let imageDigest = LintRule(
        "5004",
        "image-digest",
        .images,
        nil,
        "An image is named by a tag alone, which its registry may move.",
        why: "Whoever may push to the registry decides what a tag stands for; a digest is one content for ever.",
        remedy: "Add the digest: name:tag@sha256:DIGEST.",
        example: .service(
            fails: "image: nginx:1.27",
            passes: "image: nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        ),
        check: .services { service, _ in
            guard let image = service.image, !ImageName(image).hasDigest else { return [] }
            return [
                LintFinding(
                    field: "image",
                    "the image is not pinned by its digest",
                    help: "add `@sha256:` and the digest"
                )
            ]
        }
    )
}
