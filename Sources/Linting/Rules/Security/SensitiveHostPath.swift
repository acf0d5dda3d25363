import ResourceModel

extension LintRule {
    static let sensitiveHostPath = LintRule(
        "5044",
        "sensitive-host-path",
        .security,
        .warning,
        "A service may write to a directory of the node's own system.",
        why: "These directories decide what the node itself does: whoever may change them owns it.",
        remedy: "Mount a directory made for the service, or at least read-only.",
        example: .service(
            fails: """
                image: shop/agent:1
                mode: global
                mounts: ['/etc:/host/etc']
                """,
            passes: """
                image: shop/agent:1
                mode: global
                mounts: ['/etc:/host/etc:ro']
                """
        ),
        check: .services { service, _ in
            service.mounts.enumerated()
                .compactMap { index, mount in
                    guard mount.type == .bind, !mount.readOnly, let source = mount.source, HostPath(source).isSystem
                    else { return nil }
                    return LintFinding(
                        field: "mounts",
                        at: index,
                        "it may change `\(source)` of the node, and so the node itself",
                        help: "mount it read-only, or another directory",
                        fix: .unsafe(
                            .write("readOnly", "true", of: "mounts[\(index)]", short: .suffixed(":ro", parts: 2))
                        )
                    )
                }
        }
    )
}
