import ResourceModel
import SourceDiagnostics

/// What only all resources together can say: duplicates, references, circles, ports and addresses.
struct Assembly {
    private let project: String
    private let sources: SourceMap
    /// Resources that only an overlay declares.
    private let orphans: Set<ResourceAddress>
    let capabilities: Capabilities?
    private(set) var graph: ResourceGraph
    private(set) var places: [ResourcePlace] = []
    var diagnostics: [Diagnostic] = []

    init(project: String, sources: SourceMap, orphans: Set<ResourceAddress>, capabilities: Capabilities?) {
        self.project = project
        self.sources = sources
        self.orphans = orphans
        self.capabilities = capabilities
        graph = ResourceGraph.build(project: project, resources: []).0
    }

    /// - Parameter hasUnknown: Whether some document's declaration is not known, so that references may miss it.
    mutating func run(_ results: [PieceResult], hasUnknown: Bool) {
        let (resources, repeated) = gathered(results.map(\.resources))
        let (built, missing) = ResourceGraph.build(project: project, resources: resources)
        graph = built
        // A document that could not be read may declare what seems to be missing.
        if !hasUnknown { report(undefined(missing, results.flatMap(\.mentions), repeated)) }
        reportCycles()
        reportEndlessWaits(results.flatMap(\.diagnostics))
        reportHostNames()
        reportPorts()
        reportInternalPorts()
        reportSubnets()
        reportSecretVariables(results.flatMap(\.uses))
    }

    /// All resources in the order of their addresses, each once, and those that are declared again.
    private mutating func gathered(_ pieces: [[DecodedResource]]) -> ([Resource], repeated: [DecodedResource]) {
        // Numbers are sorted, not resources: moving one counts everything that it holds.
        let order = pieces.indices.flatMap { piece in pieces[piece].indices.map { (piece: piece, item: $0) } }
            .sorted {
                pieces[$0.piece][$0.item].resource.address < pieces[$1.piece][$1.item].resource.address
            }
        var resources: [Resource] = []
        var repeated: [DecodedResource] = []
        resources.reserveCapacity(order.count)
        places.reserveCapacity(order.count)
        for (piece, item) in order {
            let decoded = pieces[piece][item]
            if let last = resources.last, decoded.resource.address == last.address, let place = places.last {
                reportDuplicate(decoded, first: place)
                repeated.append(decoded)
            } else {
                resources.append(decoded.resource)
                places.append(decoded.place)
            }
        }
        return (resources, repeated)
    }

    private mutating func reportDuplicate(_ item: DecodedResource, first: ResourcePlace) {
        diagnostics.append(
            Diagnostic(
                .duplicateResource,
                "\(item.resource.address.kind.manifestName) `\(item.resource.address.name)` is declared twice",
                at: item.place.name,
                secondary: [Label(first.name, "first declared here")]
            )
        )
    }

    func range(_ address: ResourceAddress, _ path: String) -> SourceRange? {
        guard let index = graph.index(of: address) else { return nil }
        return FieldLocator(sources: sources).range(path, of: places[index])
    }

    /// A name that leads nowhere.
    private struct Undefined {
        var from: ResourceAddress?
        var wanted: ResourceAddress
        var place: SourceRange?
    }

    /// Every name that leads nowhere: of resources, of entries that were left out, and of what is declared twice.
    private func undefined(
        _ missing: [MissingReference],
        _ mentions: [Mention],
        _ repeated: [DecodedResource]
    ) -> [Undefined] {
        var found = missing.map {
            Undefined(from: $0.from, wanted: $0.reference.address, place: range($0.from, $0.reference.field))
        }
        for mention in mentions where graph.index(of: mention.address) == nil {
            found.append(Undefined(from: mention.from, wanted: mention.address, place: mention.range))
        }
        for item in repeated {
            item.resource.spec.forEachReference { wanted, site, _ in
                guard graph.index(of: wanted) == nil else { return }
                let place = FieldLocator(sources: sources).range(site.path, of: item.place)
                found.append(Undefined(from: item.resource.address, wanted: wanted, place: place))
            }
        }
        return found
    }

    private mutating func report(_ undefined: [Undefined]) {
        guard !undefined.isEmpty else { return }
        var names: [ResourceKind: [String]] = [:]
        for resource in graph.resources { names[resource.address.kind, default: []].append(resource.address.name) }
        for item in undefined {
            let wanted = item.wanted
            // A path where a volume is needed was reported as one.
            if wanted.kind == .volume, wanted.name.contains("/") { continue }
            let known = names[wanted.kind] ?? []
            // What names something else never means itself.
            let near = Suggestion.nearest(
                wanted.name,
                in: known.filter { ResourceAddress(wanted.kind, $0) != item.from }
            )
            let file = item.place.flatMap { sources[$0.file] }
            let declaring = "declare it: `kind: \(wanted.kind.manifestName)`, `metadata: {name: \(wanted.name)}`"
            diagnostics.append(
                Diagnostic(
                    .undefinedReference,
                    "no \(wanted.kind.manifestName) is named `\(ManifestDecoder.shortened(wanted.name))`",
                    at: item.place.map { Label($0) },
                    secondary: near.flatMap { graph.index(of: ResourceAddress(wanted.kind, $0)) }
                        .map { [Label(places[$0].name, "a similar name is declared here")] } ?? [],
                    help: [
                        near.map { Help(correcting: wanted.name, to: $0, at: item.place, in: file) } ?? Help(declaring)
                    ]
                )
            )
        }
    }

    private mutating func reportCycles() {
        for cycle in graph.cycles() where cycle.path.count > 1 {
            let labels = cycle.path.enumerated()
                .compactMap { index, address -> Label? in
                    let next = cycle.path[(index + 1) % cycle.path.count]
                    let dependencies = graph[address]?.spec.service?.dependsOn ?? []
                    guard let position = dependencies.firstIndex(where: { $0.service == next.name }) else { return nil }
                    return range(address, "dependsOn[\(position)]").map { Label($0, "\(address) depends on \(next)") }
                }
            diagnostics.append(
                Diagnostic(
                    .dependencyCycle,
                    "services depend on each other in a circle: \(cycle.text)",
                    at: labels.first,
                    secondary: Array(labels.dropFirst()),
                    help: [Help("remove one of these dependencies")]
                )
            )
        }
    }

    private mutating func reportSecretVariables(_ uses: [VariableUse]) {
        guard !uses.isEmpty else { return }
        var sources: [String: SourceRange] = [:]
        for (index, resource) in graph.resources.enumerated() {
            if case .environment(let name)? = resource.spec.secret?.source { sources[name] = places[index].name }
        }
        for use in uses {
            guard let secret = sources[use.name] else { continue }
            diagnostics.append(
                Diagnostic(
                    .secretVariable,
                    "the variable `\(use.name)` holds a secret and cannot be put into other text",
                    at: use.range,
                    secondary: [Label(secret, "the secret is declared here")],
                    help: [
                        Help("use the secret itself: `secrets: [NAME]`, or `{secret: NAME}` as the value of a variable")
                    ]
                )
            )
        }
    }
}
