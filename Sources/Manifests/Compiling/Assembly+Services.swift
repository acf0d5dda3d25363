import ResourceModel
import SourceDiagnostics

/// What becomes of services in the cluster, as far as their manifests tell.
extension Assembly {
    /// Dependencies that nothing ever satisfies: a service that runs on and on never completes.
    ///
    /// - Parameter said: What is wrong with the manifests by themselves.
    mutating func reportEndlessWaits(_ said: [Diagnostic]) {
        // A word that is no mode leaves its service with the mode that it has by default, which nobody wrote.
        let unknown = Set(said.lazy.filter { $0.code == .unknownValue }.compactMap(\.primary?.range))
        // Edges are looked at first: of a resource that is taken out of the list, all that it holds is counted.
        for index in graph.resources.indices where graph.edges[index].contains(where: { $0.condition == .completed }) {
            let resource = graph.resources[index]
            guard case .service(let shared) = resource.spec else { continue }
            for (position, dependency) in shared.value.dependsOn.enumerated() where dependency.condition == .completed {
                let address = ResourceAddress(.service, dependency.service)
                guard let other = graph[address]?.spec.service, !other.mode.isJob,
                    unknown.isEmpty || !(range(address, "mode").map(unknown.contains) ?? false)
                else { continue }
                diagnostics.append(
                    Diagnostic(
                        .endlessDependency,
                        "`\(dependency.service)` is no job, and never completes",
                        at: range(resource.address, "dependsOn[\(position)]").map { Label($0) },
                        secondary: graph.index(of: address)
                            .map { [Label(places[$0].name, "its mode is \(other.mode.rawValue)")] } ?? [],
                        help: [Help("write `condition: healthy`, or give it `mode: replicatedJob`")]
                    )
                )
            }
        }
    }

    /// Names that the driver makes host names of, and that are none.
    mutating func reportHostNames() {
        guard let capabilities, capabilities.needsHostNames else { return }
        for (index, resource) in graph.resources.enumerated() where !resource.spec.isExternal {
            let given: String?
            switch resource.spec {
            case .service(let shared): given = shared.value.name
            case .network(let spec): given = spec.name
            case .volume, .secret, .config: continue
            }
            let name = resource.address.name
            // The project's name stands before one that is not given in full.
            guard !(given.map(HostName.isValid) ?? HostName.isEnd(name)) else { continue }
            let kind = resource.address.kind.manifestName
            diagnostics.append(
                Diagnostic(
                    .invalidName,
                    "the driver \(capabilities.driver) takes no \(kind) of the name"
                        + " `\(ManifestDecoder.shortened(given ?? name))`",
                    at: Label(
                        given == nil ? places[index].name : range(resource.address, "name") ?? places[index].name
                    ),
                    help: [
                        Help(
                            "use letters, digits, `-` and `_`, with a letter or digit at the end"
                                + (given == nil ? "; or write such a `name` under `spec`" : "s, 63 at most")
                        )
                    ]
                )
            )
        }
    }
}
