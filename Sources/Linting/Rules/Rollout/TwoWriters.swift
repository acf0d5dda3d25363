import ResourceModel

extension LintRule {
    static let twoWriters = LintRule(
        "5012",
        "two-writers",
        .rollout,
        .warning,
        "In every update two instances write to a volume that otherwise one has to itself.",
        why: "The new instance starts while the old one still writes. Databases refuse to start on such files, or "
            + "damage them.",
        remedy: "Set update.order: stopFirst, mount the volume read-only, or make sure that the program can share it.",
        example: .service(
            fails: """
                image: shop/db:1
                mounts: ['/srv/data:/data']
                placement: {constraints: [node.labels.data == db]}
                update: {order: startFirst}
                """,
            passes: """
                image: shop/db:1
                mounts: ['/srv/data:/data']
                placement: {constraints: [node.labels.data == db]}
                update: {order: stopFirst}
                """
        ),
        check: .services { service, _ in
            guard service.mode == .replicated, service.replicas == 1, service.scale == nil,
                service.effectiveUpdate.order == .startFirst,
                let mount = service.mounts.firstIndex(where: { $0.type != .tmpfs && $0.source != nil && !$0.readOnly })
            else { return [] }
            let target = service.mounts[mount].target
            return [
                LintFinding(
                    field: "update.order",
                    "the new instance starts while the old one still writes to `\(target)`",
                    help: "write `stopFirst`, or mount it read-only",
                    fix: .set("update.order", "stopFirst")
                )
            ]
        }
    )
}
