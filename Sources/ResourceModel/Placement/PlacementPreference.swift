/// One placement preference in SwarmKit's grammar: `spread=node.labels.zone`.
package struct PlacementPreference: Sendable, Hashable {
    /// What instances are spread over evenly, one share for each value that nodes have.
    package var key: NodeKey

    /// Reads `spread=KEY`; the key is a label, of the node or of its engine.
    package init(parsing text: String) throws(PlacementFault) {
        guard text.hasPrefix("spread="), let key = NodeKey(parsing: String(text.dropFirst("spread=".count))) else {
            throw .noSpread
        }
        switch key {
        case .label, .engineLabel: self.key = key
        case .id, .hostname, .address, .role, .system, .architecture: throw .noSpread
        }
    }
}
