import ResourceModel

/// A resource graph in a graph language; arrows lead from what needs to what is needed.
struct GraphView {
    var graph: ResourceGraph

    init(_ graph: ResourceGraph) {
        self.graph = graph
    }

    func text(_ format: GraphFormat) -> String {
        switch format {
        case .dot: dot
        case .mermaid: mermaid
        }
    }

    private var dot: String {
        var lines = ["digraph \"\(graph.project)\" {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
        for resource in graph.resources {
            lines.append(
                "  \"\(resource.address)\" [label=\"\(resource.address)\"\(Self.shape(resource.address.kind))];"
            )
        }
        for (index, edges) in graph.edges.enumerated() {
            for edge in Self.unique(edges) {
                let label = edge.condition.map { " [label=\"\($0.rawValue)\"]" } ?? " [style=dashed]"
                lines.append(
                    "  \"\(graph.resources[index].address)\" -> \"\(graph.resources[edge.to].address)\"\(label);"
                )
            }
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    private var mermaid: String {
        var lines = ["graph LR"]
        for (index, resource) in graph.resources.enumerated() { lines.append("  r\(index)[\"\(resource.address)\"]") }
        for (index, edges) in graph.edges.enumerated() {
            for edge in Self.unique(edges) {
                let arrow = edge.condition.map { "-->|\($0.rawValue)|" } ?? "-.->"
                lines.append("  r\(index) \(arrow) r\(edge.to)")
            }
        }
        return (lines + [""]).joined(separator: "\n")
    }

    /// One arrow for each pair, however often a spec mentions the other.
    private static func unique(_ edges: [GraphEdge]) -> [GraphEdge] {
        var seen: Set<Int> = []
        return edges.filter { seen.insert($0.to).inserted }
    }

    private static func shape(_ kind: ResourceKind) -> String {
        switch kind {
        case .service: ", style=\"rounded,bold\""
        case .network: ", shape=ellipse"
        case .volume: ", shape=cylinder"
        case .secret, .config: ", shape=note"
        }
    }
}
