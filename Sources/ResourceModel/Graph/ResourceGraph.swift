/// The desired state of one project: every resource and what needs what, without positions.
///
/// Resources are in the order of their addresses. Edges are indices into `resources`, so that walking a graph of many
/// thousand resources costs no hashing.
package struct ResourceGraph: Sendable, Hashable {
    package let project: String
    package let resources: [Resource]
    /// For each resource, in the same order: what it needs.
    package let edges: [[GraphEdge]]
    private let positions: AddressIndex

    /// Builds the graph of resources in any order.
    ///
    /// - Returns: The graph, and every reference that names no resource of it. References that are missing have no
    ///   edge; of two resources with one address the later wins. Callers report both before they plan.
    package static func build(project: String, resources unsorted: [Resource]) -> (ResourceGraph, [MissingReference]) {
        let resources = inOrder(unsorted)
        let positions = AddressIndex(resources)
        var missing: [MissingReference] = []
        var edges: [[GraphEdge]] = []
        edges.reserveCapacity(resources.count)
        var own: [GraphEdge] = []
        for index in resources.indices {
            own.removeAll(keepingCapacity: true)
            resources[index].spec
                .forEachReference { address, site, condition in
                    if let target = positions.position(of: address, in: resources) {
                        own.append(GraphEdge(to: target, condition: condition))
                    } else {
                        let reference = ResourceReference(address, field: site.path, condition: condition)
                        missing.append(MissingReference(from: resources[index].address, reference: reference))
                    }
                }
            // A list of its own, of exactly the size that it needs.
            edges.append(own.isEmpty ? [] : own.map(\.self))
        }
        let graph = ResourceGraph(project: project, resources: resources, edges: edges, positions: positions)
        return (graph, missing)
    }

    /// The resources in the order of their addresses; those that are in order already are not moved.
    private static func inOrder(_ resources: [Resource]) -> [Resource] {
        let later = resources.indices.dropFirst()
        guard !later.allSatisfy({ resources[$0 - 1].address <= resources[$0].address }) else { return resources }
        // Numbers are sorted, not resources: moving one counts everything that it holds.
        return resources.indices.sorted { resources[$0].address < resources[$1].address }.map { resources[$0] }
    }

    package func index(of address: ResourceAddress) -> Int? { positions.position(of: address, in: resources) }

    package subscript(address: ResourceAddress) -> Resource? {
        index(of: address).map { resources[$0] }
    }

    /// The same graph with some specs replaced; addresses and references must stay as they are.
    package func mapResources(_ transform: (Resource) -> Resource) -> ResourceGraph {
        ResourceGraph(project: project, resources: resources.map(transform), edges: edges, positions: positions)
    }
}

/// One need: the resource it leads to and how far that one must have got.
package struct GraphEdge: Sendable, Hashable {
    package var to: Int
    /// For a service on a service; nil for what a service uses.
    package var condition: DependencyCondition?

    package init(to: Int, condition: DependencyCondition?) {
        self.to = to
        self.condition = condition
    }
}

/// A reference to a resource that the graph does not have.
package struct MissingReference: Sendable, Hashable {
    package var from: ResourceAddress
    package var reference: ResourceReference
}
