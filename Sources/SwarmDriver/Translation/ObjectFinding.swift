import Drivers
import ResourceModel

/// Whether a network, volume, secret or config of the engine can become a declared one.
///
/// Labels of networks and volumes are fixed when they are made, and what a secret holds is told to nobody: of the four
/// only a config can be taken over, where it holds what is declared.
package struct ObjectFinding {
    let request: AdoptionRequest
    let found: ForeignObjects
    let project: String

    package init(_ request: AdoptionRequest, _ found: ForeignObjects, project: String) {
        self.request = request
        self.found = found
        self.project = project
    }

    private var address: ResourceAddress { request.address }
    private var kind: ResourceKind { address.kind }

    package var finding: AdoptionFinding {
        let object = found.find(kind, name)
        let shown = object.flatMap { SwarmDriver.spec($0)["Name"]?.string } ?? name
        return AdoptionFinding(address, object: shown, verdict(object, shown))
    }

    /// The name to look for: the user's, the manifest's, or the one that `docker stack` and orchplan give.
    private var name: String {
        request.given ?? request.resource.spec.externalName ?? EngineNames.scoped(address.name, project: project)
    }

    private func verdict(_ object: CanonicalValue?, _ shown: String) -> AdoptionFinding.Verdict {
        guard let object else {
            return kind == .volume && found.mounts(name) ? outside(shown) : .absent
        }
        let spec = SwarmDriver.spec(object)
        if let refusal = OwnerCheck.refusal(of: spec, for: address, project: project) { return refusal }
        let isOwned = spec.at("Labels", OwnershipLabels.projectKey) != nil
        switch kind {
        case .network, .volume: return isOwned ? unfinished : outside(shown)
        case .secret: return isOwned ? unfinished : unreadable(shown)
        case .config:
            guard content(spec) == request.resource.spec.config?.content?.bytes else { return otherContent(shown) }
            let id = SwarmDriver.id(object) ?? shown
            return .adoptable(Adoption(request, object: shown, id: id, seen: object, isOwned: isOwned))
        case .service: return .absent
        }
    }

    private var unfinished: AdoptionFinding.Verdict {
        .left("it is this project's already, and has no record yet", help: "the next apply records it")
    }

    private func outside(_ shown: String) -> AdoptionFinding.Verdict {
        .refused(
            "the engine can put no project's labels on a \(kind.rawValue) that is there, \(shown)",
            help: "write `spec: {external: true, name: \(shown)}` to use it as it is"
        )
    }

    private func unreadable(_ shown: String) -> AdoptionFinding.Verdict {
        .left(
            "what \(shown) holds cannot be read back: the next apply makes a new object, and its services roll to it",
            help: "write `spec: {external: true, name: \(shown)}` to go on with the one that is there"
        )
    }

    private func otherContent(_ shown: String) -> AdoptionFinding.Verdict {
        .left(
            "\(shown) holds something else than is declared: the next apply makes a new object, and its services roll to"
                + " it",
            help: "write `spec: {external: true, name: \(shown)}` to go on with the one that is there"
        )
    }

    private func content(_ spec: CanonicalValue) -> [UInt8]? {
        spec["Data"]?.string.flatMap { Base64.decoded($0) }
    }
}
