import Drivers
import ResourceModel
import SourceDiagnostics

/// Which declared resources are to be imported.
struct ImportSelection: Sendable {
    /// In the order of addresses.
    var addresses: [ResourceAddress]
    /// What was named, and not only used by what was named.
    var named: Set<ResourceAddress>
    /// The cluster's names that were given.
    var given: [ResourceAddress: String] = [:]
    /// What was named and is recorded, or somebody else's.
    private var notes: [ImportItem] = []

    /// - Parameter words: `[kind/]name[=object]`; none: everything that is declared and not recorded.
    init(_ words: [String], graph: ResourceGraph, recorded: RecordedState) throws {
        let known = Set(recorded.resources.map(\.address))
        addresses = []
        named = []
        guard !words.isEmpty else {
            addresses = graph.resources.filter { !$0.spec.isExternal && !known.contains($0.address) }.map(\.address)
            return
        }
        var wanted: Set<ResourceAddress> = []
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let address = try AddressWords.address(parts[0], among: graph.resources.map(\.address))
            guard let resource = graph[address] else { throw Self.undeclared(address, graph) }
            if parts.count > 1 {
                guard !parts[1].isEmpty else {
                    throw CommandFailure(
                        "\(Escaping.visible(word)) names no object behind the =",
                        help: "write \(address)=NAME",
                        code: ExitStatus.usage
                    )
                }
                given[address] = parts[1]
            }
            guard named.insert(address).inserted else { continue }
            if known.contains(address) {
                notes.append(ImportItem(address, object: "", .recorded))
            } else if resource.spec.isExternal {
                notes.append(ImportItem(address, object: resource.spec.externalName ?? address.name, .external))
            } else {
                wanted.insert(address)
                for reference in resource.references where reference.address.kind != .service {
                    guard !known.contains(reference.address), graph[reference.address]?.spec.isExternal == false else {
                        continue
                    }
                    wanted.insert(reference.address)
                }
            }
        }
        addresses = wanted.sorted()
    }

    private static func undeclared(_ address: ResourceAddress, _ graph: ResourceGraph) -> CommandFailure {
        let near = Suggestion.nearest(address.description, in: graph.resources.map(\.address.description))
        return CommandFailure(
            "\(address) is not declared: orchplan imports what a manifest says of",
            help: near.map { "did you mean \($0)?" } ?? "write a manifest for it first",
            code: ExitStatus.usage
        )
    }

    func requests(_ graph: ResourceGraph, _ fingerprinter: inout Fingerprinter) -> [AdoptionRequest] {
        addresses.compactMap { address in
            guard let resource = graph[address] else { return nil }
            return AdoptionRequest(
                resource,
                objectName: resource.contentObjectName(fingerprinter: &fingerprinter) ?? address.name,
                template: resource.spec.service.map { fingerprinter.fingerprint($0, scope: .instance) },
                given: given[address]
            )
        }
    }

    /// What the findings mean for this state, in the order of addresses.
    ///
    /// - Parameter place: Where a resource is declared.
    func items(
        _ findings: [AdoptionFinding],
        _ recorded: RecordedState,
        place: (ResourceAddress) -> String?
    ) -> [ImportItem] {
        let found = findings.map { finding in
            var item = ImportItem(finding.address, object: finding.object, outcome(finding, recorded))
            item.place = place(finding.address)
            return item
        }
        return (notes + found).sorted { $0.address < $1.address }
    }

    private func outcome(_ finding: AdoptionFinding, _ recorded: RecordedState) -> ImportItem.Outcome {
        switch finding.verdict {
        case .adoptable(let adoption) where adoption.isOwned && !recorded.attempted.contains(finding.address):
            return .refused(
                "\(finding.object) is this project's already, and this record knows nothing of it: it was applied or"
                    + " imported with another record",
                help: "bring that record here (--state)"
            )
        case .adoptable(let adoption): return .adopt(adoption)
        case .absent where named.contains(finding.address):
            return .refused(
                "the cluster has no \(finding.address.kind.rawValue) \(finding.object)",
                help:
                    "say what it is called there: orchplan import \(finding.address)=NAME; or leave it out, and the next"
                    + " apply makes it"
            )
        case .absent: return .absent
        case .left(let message, let help): return .left(message, help: help)
        case .refused(let message, let help): return .refused(message, help: help)
        }
    }
}
