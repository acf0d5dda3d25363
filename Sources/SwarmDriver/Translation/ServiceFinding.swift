import Drivers
import ResourceModel

/// Whether a service of the engine can become a declared one.
package struct ServiceFinding {
    let request: AdoptionRequest
    let project: String
    /// The service as the engine tells of it; nil: there is none.
    let live: CanonicalValue?
    /// The engine's name of it, or the one that was looked for.
    let object: String
    /// The name that orchplan would give it.
    private let wanted: String

    package init(_ request: AdoptionRequest, _ found: ForeignObjects, project: String) {
        self.request = request
        self.project = project
        wanted =
            request.resource.spec.service?.name
            ?? EngineNames.scoped(request.address.name, project: project)
        live = found.find(.service, request.given ?? wanted)
        object = live?.at("Spec", "Name")?.string ?? request.given ?? wanted
    }

    /// What can be said without comparing any field; nil: it can be taken over, whatever its fields are.
    package var verdict: AdoptionFinding.Verdict? {
        guard let spec = live?["Spec"] else { return .absent }
        if let stranger = OwnerCheck.refusal(of: spec, for: request.address, project: project) { return stranger }
        guard object == wanted else {
            return .refused(
                "it runs as \(object), and the engine cannot rename a service to \(wanted)",
                help: "write `name: \(object)` under the `spec` of \(request.address)"
            )
        }
        let mode = Self.mode(spec)
        if let mode, mode.isJob {
            return .left(
                "it is a job, and the engine runs a job again at any word that is changed at it",
                help: "once it is done, remove it (docker service rm \(object)): the next apply makes and runs it anew"
            )
        }
        if let mode, let declared = request.resource.spec.service?.mode, mode != declared {
            return .refused(
                "it runs as \(mode.rawValue) and is declared as \(declared.rawValue), which the engine cannot change",
                help: "write `mode: \(mode.rawValue)`, import, and change it afterwards: the plan then replaces it"
            )
        }
        return rolloutInTheWay
    }

    /// A word that is changed at a service makes the engine forget how far its rollout is.
    private var rolloutInTheWay: AdoptionFinding.Verdict? {
        let state = live?.at("UpdateStatus", "State")?.string ?? ""
        switch state {
        case "updating", "rollback_started":
            return .refused(
                state == "updating" ? "it is being updated" : "it is being rolled back",
                help: "wait for its end: docker service ps \(object)"
            )
        case "paused", "rollback_paused":
            return .refused(
                state == "paused" ? "its update stands still half done" : "its rollback stands still half done",
                help: "bring it to an end: docker service update --detach=false --rollback \(object)"
            )
        default: return nil
        }
    }

    func verdict(_ differences: [LiveEdit]) -> AdoptionFinding.Verdict {
        guard let live, let id = live["ID"]?.string else { return .absent }
        return .adoptable(
            Adoption(
                request,
                object: object,
                id: id,
                seen: live,
                differences: differences,
                isOwned: OwnershipLabels(engineLabels: live.at("Spec", "Labels")?.texts ?? [:]) != nil,
                imageDigest: imageDigest(live)
            )
        )
    }

    /// The digest of the image that runs, where that is the declared one.
    private func imageDigest(_ live: CanonicalValue) -> String? {
        guard let image = live.at("Spec", "TaskTemplate", "ContainerSpec", "Image")?.string,
            AdoptedService.isResolved(request.resource.spec.service?.image ?? "", to: image)
        else { return nil }
        return ImageReference(parsing: image)?.digest
    }

    /// What the service would be if it were as declared.
    func definition(_ spec: ServiceSpec, _ live: CanonicalValue) -> ServiceDefinition {
        let count = live.at("Mode", "Replicated", "Replicas")?.wholeNumber.map { Int($0) }
        let isScaled = spec.leavesToOthers("replicas")
        return ServiceDefinition(
            resource: request.resource,
            spec: spec,
            template: request.template ?? Fingerprint(text: ""),
            replicas: isScaled ? count ?? spec.replicas : spec.replicas,
            update: spec.effectiveUpdate,
            rollback: spec.effectiveRollback
        )
    }

    func labels(operation: String) -> OwnershipLabels {
        OwnershipLabels(
            project: project,
            address: request.address,
            fingerprint: Fingerprint(text: ""),
            operation: operation
        )
    }

    private static func mode(_ spec: CanonicalValue) -> ServiceMode? {
        let words: [(String, ServiceMode)] = [
            ("Replicated", .replicated), ("Global", .global), ("ReplicatedJob", .replicatedJob),
            ("GlobalJob", .globalJob),
        ]
        return words.first { spec.at("Mode", $0.0) != nil }?.1
    }
}

/// Whose an object is.
enum OwnerCheck {
    /// Why an object is not to be had; nil: nobody has it, or it is this very resource's already.
    static func refusal(
        of spec: CanonicalValue,
        for address: ResourceAddress,
        project: String
    ) -> AdoptionFinding.Verdict? {
        let texts = spec["Labels"]?.texts ?? [:]
        guard let owner = texts[OwnershipLabels.projectKey] else { return nil }
        let name = spec["Name"]?.string ?? ""
        guard owner == project else {
            return .refused(
                "\(name) belongs to the orchplan project \(owner)",
                help: "leave it to that project, or give this one another name"
            )
        }
        let label = texts[OwnershipLabels.addressKey] ?? ""
        guard label != address.description else { return nil }
        return .refused(
            "\(name) is \(label) of this project already",
            help: "name the object that \(address) really is"
        )
    }
}
