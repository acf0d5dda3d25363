import ResourceModel

extension LintRule {
    static let bindAnywhere = LintRule(
        "5033",
        "bind-anywhere",
        .scheduling,
        .note,
        "A service that may run on any node mounts a directory of the node.",
        why: "A directory of a node is there where somebody made it. Elsewhere the instance does not start, or works "
            + "on another content.",
        remedy: "Keep it to nodes that have the directory, make it global, or use a volume or a config.",
        example: .service(
            fails: """
                image: shop/web:1
                mounts: ['/srv/www:/www:ro']
                """,
            passes: """
                image: shop/web:1
                mounts: ['/srv/www:/www:ro']
                placement: {constraints: [node.labels.www == yes]}
                """
        ),
        check: .services { service, subject in
            guard subject.context.mayHaveManyNodes, !service.mode.isGlobal,
                service.placement?.constraints.isEmpty ?? true
            else { return [] }
            return service.mounts.enumerated()
                .compactMap { index, mount in
                    guard mount.type == .bind, let source = mount.source, !HostPath(source).isOnEveryNode else {
                        return nil
                    }
                    return LintFinding(
                        field: "mounts",
                        at: index,
                        "nodes that have nothing there cannot run it",
                        help: "write `placement.constraints`, or use a config or a volume"
                    )
                }
        }
    )
}
