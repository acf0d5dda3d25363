import ResourceModel

extension LintRule {
    static let unboundedTemporaryFiles = LintRule(
        "5039",
        "unbounded-tmpfs",
        .resources,
        nil,
        "A tmpfs has no size, so what is written to it may take half of the node's memory.",
        why: "A tmpfs is memory. Without a size it may grow to half of what the node has.",
        remedy: "Give the mount the option size.",
        example: .service(
            fails: """
                image: shop/web:1
                mounts: [{type: tmpfs, target: /cache}]
                """,
            passes: """
                image: shop/web:1
                mounts: [{type: tmpfs, target: /cache, options: {size: 64MiB}}]
                """
        ),
        check: .services { service, _ in
            guard service.resources?.limits?.memory == nil else { return [] }
            return service.mounts.enumerated()
                .compactMap { index, mount in
                    guard mount.type == .tmpfs, mount.options["size"] == nil else { return nil }
                    return LintFinding(
                        field: "mounts",
                        at: index,
                        "nothing limits what is kept in memory at `\(mount.target)`",
                        help: "write `options: {size: 64MiB}`",
                        fix: .set("mounts[\(index)].options.size", "64MiB")
                    )
                }
        }
    )
}
