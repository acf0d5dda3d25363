import ResourceModel

extension LintRule {
    static let volumePerNode = LintRule(
        "5032",
        "volume-per-node",
        .scheduling,
        .warning,
        "A service that may move between nodes keeps its data in a volume that does not.",
        why: "A volume of the standard driver is a directory of one node. An instance that is started elsewhere "
            + "finds an empty one, which looks like lost data.",
        remedy:
            "Keep the service to one node or one kind of node by a constraint, or use a volume driver that all nodes share.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Volume
                metadata: {name: data}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1', mounts: ['data:/data']}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Volume
                metadata: {name: data}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1', mounts: ['data:/data'], placement: {constraints: [node.labels.data == db]}}
                """
        ),
        check: .services { service, subject in
            guard subject.context.mayHaveManyNodes, !service.mode.isGlobal,
                service.placement?.constraints.isEmpty ?? true
            else { return [] }
            return service.mounts.enumerated()
                .compactMap { index, mount in
                    guard mount.type == .volume, let source = mount.source, !mount.readOnly,
                        subject.context.facts(.volume, source)?.isOnEachNode == true
                    else { return nil }
                    return LintFinding(
                        field: "mounts",
                        at: index,
                        "every node has a Volume `\(source)` of its own: an instance that moves starts with an empty one",
                        help: "write `placement.constraints`"
                    )
                }
        }
    )
}
