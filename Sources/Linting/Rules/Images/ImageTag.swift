import ResourceModel

extension LintOption {
    fileprivate static let moving = LintOption(
        "image-tag",
        "moving",
        .words(["latest"]),
        "The tags that are moved to newer images."
    )
}

extension LintRule {
    static let imageTag = LintRule(
        "5001",
        "image-tag",
        .images,
        .warning,
        "An image has no tag, or a tag that is moved to newer images.",
        why: "Such a tag stands for another image tomorrow: nodes run different versions, nobody can tell which, and "
            + "there is no way back.",
        remedy: "Name a tag that stays what it is, such as a version, or pin the digest: name@sha256:DIGEST.",
        example: .service(fails: "image: nginx", passes: "image: nginx:1.27"),
        options: [.moving],
        check: .services { service, subject in
            guard let image = service.image.map(ImageName.init), !image.hasDigest else { return [] }
            switch image.tag {
            case nil:
                return [
                    LintFinding(
                        field: "image",
                        "the image has no tag, which means latest",
                        help: "write a version, or pin the digest"
                    )
                ]
            case let tag? where subject.context.words(.moving).contains(String(tag)):
                return [
                    LintFinding(
                        field: "image",
                        "the tag `\(tag)` is moved to newer images",
                        help: "write a version, or pin the digest"
                    )
                ]
            default: return []
            }
        }
    )
}
