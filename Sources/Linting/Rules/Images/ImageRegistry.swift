import ResourceModel

extension LintOption {
    fileprivate static let allowed = LintOption(
        "image-registry",
        "allowed",
        .words([]),
        "The registries that images may come from; none: any."
    )
}

extension LintRule {
    static let imageRegistry = LintRule(
        "5005",
        "image-registry",
        .images,
        nil,
        "An image does not say which registry it comes from, or comes from one that the project does not take images from.",
        why: "A name without a registry means one that the engine chooses, and an image of that name there may be "
            + "anybody's.",
        remedy: "Write the registry in front of the name, such as docker.io/library/nginx or registry.example/nginx.",
        example: .service(fails: "image: nginx:1.27", passes: "image: docker.io/library/nginx:1.27"),
        options: [.allowed],
        check: .services { service, subject in
            guard let image = service.image else { return [] }
            guard let registry = ImageName(image).registry else {
                return [
                    LintFinding(
                        field: "image",
                        "the image names no registry, which means docker.io",
                        help: "write the registry in front",
                        fix: LintFix.quoted(ImageName.withRegistry(image)).map { .set("image", $0) }
                    )
                ]
            }
            let allowed = subject.context.words(.allowed)
            guard !allowed.isEmpty, !allowed.contains(String(registry)) else { return [] }
            return [
                LintFinding(
                    field: "image",
                    "the project takes no images from `\(registry)`",
                    help: "use one of \(allowed.joined(separator: ", "))"
                )
            ]
        }
    )
}
