import ResourceModel

/// The nodes of a cluster, one a line.
///
/// Of many only those that are not ready; of this machine alone, where it is no cluster, there is nothing to say.
struct NodeTable {
    var nodes: [Node]
    /// How many instances of the project each node has, by its name.
    var instances: [String: Int] = [:]
    private let isCluster: Bool

    private static let most = 8

    init(_ report: StatusReport) {
        nodes = report.nodes
        isCluster = report.isCluster
        for instance in report.services.flatMap(\.instances) { instances[instance.observed.node, default: 0] += 1 }
    }

    func lines(_ format: ViewFormat) -> [StyledText] {
        let away = nodes.filter { !$0.isReady }
        guard nodes.count > (isCluster ? 0 : 1) || !away.isEmpty else { return [] }
        let shown = nodes.count > Self.most ? away : nodes
        let rest = Words.count(nodes.count - shown.count, "node")
        let note: StyledText = shown.isEmpty ? "\("\(rest), all ready", .dim)" : "\("\(rest) more, all ready", .dim)"
        guard !shown.isEmpty else { return [note] }
        var table = Table([
            Table.Column(""), Table.Column("NODE", minimum: 8, cutsMiddle: true), Table.Column("STATE", minimum: 12),
            Table.Column("ROLE", priority: 3), Table.Column("INSTANCES", right: true, priority: 1),
            Table.Column("LABELS", priority: 2),
        ])
        for node in shown {
            table.add([
                StyledText(
                    node.isReady ? format.glyphs.filledDot : format.glyphs.emptyDot,
                    node.isReady ? .green : .yellow
                ),
                StyledText(node.hostname, .bold),
                StyledText(node.condition ?? (node.isReady ? "ready" : "not ready"), node.isReady ? .green : .yellow),
                StyledText(node.role.rawValue), StyledText("\(instances[node.hostname] ?? 0)"),
                StyledText(node.labels.entries.map { "\($0.key)=\($0.value)" }.joined(separator: " "), .dim),
            ])
        }
        return table.lines(format) + (shown.count < nodes.count ? [note] : [])
    }
}
