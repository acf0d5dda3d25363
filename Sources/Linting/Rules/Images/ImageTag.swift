import ResourceModel

extension LintRule {
    /// An image without a tag, or with the tag `latest`, is another one tomorrow.
    static let imageTag = LintRule(
        "5001",
        "image-tag",
        .images,
        .warning,
        "An image has no tag, or a tag that is moved to newer images.",
        remedy: "Name a tag that stays what it is, such as a version, or pin the digest: name@sha256:DIGEST.",
        example: .service(fails: "image: nginx", passes: "image: nginx:1.27"),
        check: .services { service, _ in
            guard let image = service.image.map(ImageName.init), image.digest == nil else { return [] }
            switch image.tag {
            case nil:
                return [
                    LintFinding(
                        field: "image",
                        "the image has no tag, which means latest",
                        help: "write a version, or pin the digest"
                    )
                ]
            case "latest":
                return [
                    LintFinding(
                        field: "image",
                        "the tag latest is moved to newer images",
                        help: "write a version, or pin the digest"
                    )
                ]
            default: return []
            }
        }
    )
}
