import ResourceModel

/// Tells tasks that were made from a service's present template from those that were not, whatever their labels say.
///
/// Who edits a service behind orchplan's back leaves its labels as they are: a task of the edited template carries the
/// same digest as one of the declared template.
package struct CurrentTemplate {
    private let template: CanonicalValue
    /// What stands for the template of a service that was taken over: its tasks say nothing themselves.
    private let adopted: String?
    private let normalised: CanonicalValue

    /// - Parameter service: One element of `/services`.
    package init(_ service: CanonicalValue) {
        template = service.at("Spec", "TaskTemplate") ?? .null
        adopted = service["Spec"].flatMap(AdoptedService.template)
        normalised = Self.normalised(template)
    }

    /// The task; with a template of no manifest when it was made from another than the service's present one.
    package func marked(_ task: CanonicalValue) -> CanonicalValue {
        if let adopted { return marked(task, adopted) }
        guard let spec = task["Spec"], spec != template, Self.normalised(spec) != normalised,
            case .object(var members) = task, let index = members.firstIndex(where: { $0.key == "Spec" })
        else { return task }
        let own = label(spec)
        guard own == label(template) else { return task }
        members[index].value = Self.relabelled(spec, "other-than-\(own)")
        return .object(members)
    }

    /// A task of a service that was taken over, with the label that it would have.
    private func marked(_ task: CanonicalValue, _ adopted: String) -> CanonicalValue {
        guard let spec = task["Spec"], label(spec).isEmpty, let container = spec["ContainerSpec"] else { return task }
        let isCurrent = spec == template || Self.normalised(spec) == normalised
        let labels = container.at("Labels") ?? .object([])
        let marked = labels.setting(
            OwnershipLabels.templateKey,
            .string(isCurrent ? adopted : "other-than-\(adopted)")
        )
        return task.setting("Spec", spec.setting("ContainerSpec", container.setting("Labels", marked)))
    }

    private func label(_ spec: CanonicalValue) -> String {
        spec.at("ContainerSpec", "Labels")?[OwnershipLabels.templateKey]?.string ?? ""
    }

    /// What makes the engine replace a task: placement does only where its node no longer fits (SwarmKit's
    /// `IsTaskDirty`).
    private static func normalised(_ spec: CanonicalValue) -> CanonicalValue {
        guard case .object(let members) = spec else { return spec }
        let kept = members.filter { $0.key != "Placement" && $0.key != "ForceUpdate" }
        return SpecNormalisation.normalised(
            .object([CanonicalMember(key: "TaskTemplate", value: .object(kept))])
        )
    }

    private static func relabelled(_ spec: CanonicalValue, _ text: String) -> CanonicalValue {
        spec.replacing(["ContainerSpec", "Labels", OwnershipLabels.templateKey][...], with: .string(text))
    }
}

extension CanonicalValue {
    /// The object with another value at a path of keys; as it is where the path leads nowhere.
    func replacing(_ path: ArraySlice<String>, with value: CanonicalValue) -> CanonicalValue {
        guard let key = path.first else { return value }
        guard case .object(var members) = self, let index = members.firstIndex(where: { $0.key == key }) else {
            return self
        }
        members[index].value = members[index].value.replacing(path.dropFirst(), with: value)
        return .object(members)
    }
}
