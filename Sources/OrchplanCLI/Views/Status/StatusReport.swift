import ResourceModel
import StateStores

/// How the services of a project are at one moment.
package struct StatusReport: Sendable {
    package var project: String
    package var now: Timestamp
    /// In the order of their addresses.
    package var services: [ServiceStatus]
    /// Where the cluster is not what was recorded; empty while somebody changes it.
    package var drift: [DriftNotice]
    /// Who is changing things right now.
    package var holder: LockHolder?
    /// The last revision, where its apply is gone and did not bring it to its end.
    package var interrupted: Int?
    package var interruptedCommand: String
    /// Whether the state is an old copy: others have worked here since.
    package var isOldCopy: Bool
    package var nodes: [Node]
    /// Whether the nodes are worth showing where there is but one: those of a cluster, which could have more.
    package var isCluster: Bool
    /// Objects of others that carry the labels of this project's.
    package var copies: [LabelCopy]
    package var unsupported: [UnsupportedField]

    package init(_ input: StatusInput) {
        project = input.recorded.project
        now = input.now
        holder = input.holder
        interrupted = input.holder == nil ? input.interrupted : nil
        interruptedCommand = input.interruptedCommand
        isOldCopy = input.isOldCopy
        nodes = input.inventory.nodes
        isCluster = input.isCluster
        copies = input.inventory.copies
        unsupported = input.unsupported
        let observed = Dictionary(
            input.inventory.services.map { ($0.address, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let known = Dictionary(
            input.recorded.resources.filter { $0.address.kind == .service }.map { ($0.address, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        services = Set(observed.keys).union(known.keys).sorted()
            .map { ServiceStatus($0, known[$0], observed[$0], input) }
        drift = input.holder == nil ? DriftNotice.all(input.recorded, input.inventory) : []
    }

    /// Whether everything is as it was declared and recorded.
    package var isWell: Bool {
        services.allSatisfy(\.isWell) && drift.isEmpty && interrupted == nil && !isOldCopy
    }

    /// The same about some services only.
    ///
    /// Of the drift what is about them, too.
    package func only(_ names: [String]) -> StatusReport {
        guard !names.isEmpty else { return self }
        var report = self
        report.services = services.filter { names.contains($0.address.name) }
        report.copies = copies.filter { $0.address.kind == .service && names.contains($0.address.name) }
        report.drift = drift.filter { $0.address.kind == .service && names.contains($0.address.name) }
        return report
    }
}
