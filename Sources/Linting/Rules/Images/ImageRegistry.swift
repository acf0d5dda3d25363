import ResourceModel

extension LintRule {
    /// A name without a registry means one that is not the author's.
    static let imageRegistry = LintRule(
        "5005",
        "image-registry",
        .images,
        nil,
        "An image does not say which registry it comes from.",
        remedy: "Write the registry in front of the name, such as docker.io/library/nginx or registry.example/nginx.",
        example: .service(fails: "image: nginx:1.27", passes: "image: docker.io/library/nginx:1.27"),
        check: .services { service, _ in
            guard let image = service.image, ImageName(image).registry == nil else { return [] }
            return [LintFinding(field: "image", "the image names no registry, which means docker.io", help: "write the registry in front", fix: LintFix.quoted(ImageName.withRegistry(image)).map { .set("image", $0) })]
        }
    )
}
