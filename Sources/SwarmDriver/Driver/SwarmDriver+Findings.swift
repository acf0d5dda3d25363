import Drivers
import ResourceModel

extension SwarmDriver: ClusterAdopting {
    package func findings(
        for requests: [AdoptionRequest],
        in graph: ResourceGraph
    ) async throws(DriverError) -> [AdoptionFinding] {
        let found = try await reading { () throws(EngineError) in try await foreignObjects() }
        var findings: [ResourceAddress: AdoptionFinding] = [:]
        // Services come last: whether they are as declared depends on what becomes of what they use.
        for request in requests where request.address.kind != .service {
            findings[request.address] = ObjectFinding(request, found, project: project).finding
        }
        for request in requests where request.address.kind == .service {
            findings[request.address] = try await service(request, found, graph, findings)
        }
        return requests.compactMap { findings[$0.address] }
    }

    /// Everything that the engine has, whoever made it.
    private func foreignObjects() async throws(EngineError) -> ForeignObjects {
        var found = ForeignObjects()
        for kind in ResourceKind.allCases {
            await directory.forget(kind)
            found.objects[kind] = try await directory.objects(kind)
        }
        return found
    }

    private func service(
        _ request: AdoptionRequest,
        _ found: ForeignObjects,
        _ graph: ResourceGraph,
        _ findings: [ResourceAddress: AdoptionFinding]
    ) async throws(DriverError) -> AdoptionFinding {
        let finding = ServiceFinding(request, found, project: project)
        if let early = finding.verdict { return AdoptionFinding(request.address, object: finding.object, early) }
        guard let spec = request.resource.spec.service, let live = finding.live?["Spec"] else {
            return AdoptionFinding(request.address, object: finding.object, .absent)
        }
        var names = try await reading { () throws(EngineError) in try await directory.names(for: spec) }
        for case .adoptable(let adoption) in findings.values.map(\.verdict) { names.add(adoption) }
        for attachment in spec.networks where names.networks[attachment.network] == nil {
            // One that has to be declared as external first: it is no difference of the service's.
            guard let finding = findings[ResourceAddress(.network, attachment.network)],
                case .refused = finding.verdict, let network = found.find(.network, finding.object)
            else { continue }
            let id = SwarmDriver.id(network) ?? finding.object
            names.networks[attachment.network] = EngineNames.Object(id: id, name: finding.object)
        }
        names.fill(for: spec, project: project) { graph[$0]?.spec.isExternal == true }
        let version = try await reading { () throws(EngineError) in try await client.version() }
        do {
            let sent = try ServiceForward.spec(
                finding.definition(spec, live),
                finding.labels(operation: ""),
                names,
                version: version
            )
            let differences = AdoptedService.differences(sent: sent, live: live, names: names)
                .filter { !spec.leavesToOthers($0.field) }
                .map { LiveEdit($0, wasImported: true) }
            return AdoptionFinding(request.address, object: finding.object, finding.verdict(differences))
        } catch {
            return AdoptionFinding(
                request.address,
                object: finding.object,
                .refused(error.message.dropping("\(request.address): "), help: error.help)
            )
        }
    }
}

/// What the engine has, by kind, as its lists tell it.
package struct ForeignObjects: Sendable {
    package var objects: [ResourceKind: [CanonicalValue]]

    package init(_ objects: [ResourceKind: [CanonicalValue]] = [:]) {
        self.objects = objects
    }

    /// The object of this name or id.
    func find(_ kind: ResourceKind, _ name: String) -> CanonicalValue? {
        let all = objects[kind] ?? []
        return all.first { SwarmDriver.spec($0)["Name"]?.string == name } ?? all.first { SwarmDriver.id($0) == name }
    }

    /// Whether instances of any service mount the volume: other nodes' volumes are in no list.
    func mounts(_ volume: String) -> Bool {
        (objects[.service] ?? [])
            .contains { service in
                (service.at("Spec", "TaskTemplate", "ContainerSpec", "Mounts")?.array ?? [])
                    .contains { $0["Type"]?.string == "volume" && $0["Source"]?.string == volume }
            }
    }
}

extension EngineNames {
    /// A config that is about to be this project's stands for the one that is declared.
    fileprivate mutating func add(_ adoption: Adoption) {
        guard adoption.address.kind == .config else { return }
        let name = adoption.request.objectName
        configs[name] = Object(id: adoption.id, name: adoption.object)
        configTexts[name] = (adoption.request.resource.spec.config?.content?.bytes)
            .flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension String {
    /// The text without what it begins with.
    fileprivate func dropping(_ head: String) -> String { hasPrefix(head) ? String(dropFirst(head.count)) : self }
}
