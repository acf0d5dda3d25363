import ResourceModel

/// A service that others made and this project took over as it ran.
///
/// Its instances were made before orchplan knew of them, so nothing on them says which template they are of, and a word
/// on them would replace them. What containers of orchplan's own carry therefore stands at the service: its `Spec.Labels`
/// hold the template's digest until the first change of the instances, and which fields were not as declared.
package enum AdoptedService {
    /// At a service only: the fields that were not as declared when it was imported, with commas between them.
    package static let importedKey = "orchplan.imported"
    /// What `docker stack` finds its own by.
    static let stackPrefix = "com.docker.stack."
    static let namespaceKey = "com.docker.stack.namespace"

    /// The digest of the template that an adopted service stands for; nil for a service that orchplan defined.
    package static func template(_ spec: CanonicalValue) -> String? {
        spec["Labels"]?[OwnershipLabels.templateKey]?.string
    }

    /// Whether there may be tasks of the service that were made before it was this project's.
    ///
    /// - Parameter service: One element of `/services`.
    static func mayHaveForeignTasks(_ service: CanonicalValue) -> Bool {
        ["Spec", "PreviousSpec"].contains { service[$0].flatMap { template($0) } != nil }
    }

    /// The digest of a service's template, wherever it stands; empty: nowhere.
    package static func anyTemplate(_ spec: CanonicalValue) -> String {
        spec.at("TaskTemplate", "ContainerSpec", "Labels")?[OwnershipLabels.templateKey]?.string
            ?? template(spec) ?? ""
    }

    /// The fields that were not as declared when the service was imported, and still are not.
    package static func importedFields(_ spec: CanonicalValue) -> Set<String> {
        Set((spec["Labels"]?[importedKey]?.string ?? "").split(separator: ",").map(String.init))
    }

    /// The live spec with the project's labels at the service, and nothing else changed.
    package static func labelled(
        _ live: CanonicalValue,
        _ labels: OwnershipLabels,
        template: Fingerprint,
        imported fields: [String]
    ) -> CanonicalValue {
        var texts = labels.engineLabels(over: live["Labels"]?.texts ?? [:], name: labels.address.name)
        let own = live.at("TaskTemplate", "ContainerSpec", "Labels")?[OwnershipLabels.templateKey]?.string
        texts[OwnershipLabels.templateKey] = own == nil ? template.text : nil
        // A field whose name has a comma would be read as two: it is told as somebody's edit, which is all that is lost.
        texts[importedKey] = fields.isEmpty ? nil : fields.joined(separator: ",")
        return live.setting("Labels", .map(texts))
    }

    /// The fields of an adopted service that are not as declared, but for those that are nobody's business.
    ///
    /// What `docker stack deploy` adds of its own accord is no difference as long as nothing is declared in its place:
    /// its labels, the digest of the image of that tag, and the platforms that the registry has it for.
    package static func differences(
        sent: CanonicalValue,
        live: CanonicalValue,
        names: EngineNames
    ) -> [FieldDrift] {
        let image = live.at("TaskTemplate", "ContainerSpec", "Image")?.string ?? ""
        let fields = SpecDrift.fields(sent: sent, live: live, names: names)
        let isMoved = fields.contains { $0.field == "networks" }
        return
            fields.filter { drift in
                // Of a network that is not on both sides the name says it all.
                if isMoved, drift.field.hasPrefix("networks["), drift.declared == nil || drift.live == nil {
                    return false
                }
                if drift.declared == nil, drift.field.contains(".\(stackPrefix)") { return false }
                // What is declared is what the engine does anyway where nothing is said.
                if drift.declared == drift.live { return false }
                switch drift.field {
                case "image": return !isResolved(drift.declared ?? "", to: drift.live ?? "")
                case "platform": return drift.declared != nil || !image.contains("@")
                default: return true
                }
            }
    }

    /// The body of an update of a service that was taken over.
    ///
    /// What runs stays as it is where the body asks for no other instances; otherwise the service becomes one like any
    /// other, and only the stack's name stays at it.
    package static func carrying(
        _ live: CanonicalValue,
        into body: CanonicalValue,
        names: EngineNames
    ) -> CanonicalValue {
        var labels = body["Labels"]?.texts ?? [:]
        let own = labels
        if labels[namespaceKey] == nil { labels[namespaceKey] = live["Labels"]?[namespaceKey]?.string }
        var carried = body
        if let adopted = template(live), adopted == anyTemplate(body), let task = live["TaskTemplate"],
            !differences(sent: body, live: live, names: names).contains(where: { SpecDrift.changesInstances($0.field) })
        {
            labels[OwnershipLabels.templateKey] = adopted
            carried = carried.setting("TaskTemplate", task)
        }
        return labels == own ? carried : carried.setting("Labels", .map(labels))
    }

    /// Whether the second image is the first one with the digest that the tag had in its registry.
    static func isResolved(_ declared: String, to live: String) -> Bool {
        guard let declared = ImageReference(parsing: declared), var live = ImageReference(parsing: live),
            declared.digest == nil, live.digest != nil
        else { return false }
        live.digest = nil
        return declared.fullName == live.fullName
    }
}

extension CanonicalValue {
    /// The object with a member set, at its end where it is new.
    func setting(_ key: String, _ value: CanonicalValue) -> CanonicalValue {
        guard case .object(var members) = self else { return self }
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index].value = value
        } else {
            members.append(CanonicalMember(key: key, value: value))
        }
        return .object(members)
    }
}

extension LiveEdit {
    init(_ drift: FieldDrift, wasImported: Bool) {
        self.init(
            path: drift.field,
            applied: drift.declared.map(CanonicalValue.string),
            live: drift.live.map(CanonicalValue.string),
            wasImported: wasImported
        )
    }
}

extension EngineNames {
    /// Names for what a service uses and the engine does not have yet: the next apply makes it.
    ///
    /// Only good for comparing: a service that is really defined must find everything.
    ///
    /// - Parameter missing: Whether nothing is to stand for a resource: somebody else owns it, and it ought to be there.
    mutating func fill(
        for spec: ServiceSpec,
        project: String,
        missing: (ResourceAddress) -> Bool = { _ in false }
    ) {
        func object(_ kind: ResourceKind, _ name: String, _ object: String?) -> Object? {
            let address = ResourceAddress(kind, name)
            guard !missing(address) else { return nil }
            let own = object.map { EngineNames.scoped($0, project: project) } ?? "a new object"
            return Object(id: "new \(address)", name: own)
        }
        for attachment in spec.networks where networks[attachment.network] == nil && attachment.object == nil {
            networks[attachment.network] = object(.network, attachment.network, attachment.network)
        }
        for reference in spec.secrets where secrets[reference.object ?? reference.source] == nil {
            secrets[reference.object ?? reference.source] = object(.secret, reference.source, reference.object)
        }
        for reference in spec.configs where configs[reference.object ?? reference.source] == nil {
            configs[reference.object ?? reference.source] = object(.config, reference.source, reference.object)
        }
        for entry in spec.environment {
            guard case .config(let name, let pinned) = entry.value, configTexts[pinned ?? name] == nil,
                !missing(ResourceAddress(.config, name))
            else { continue }
            configTexts[pinned ?? name] = "(what config/\(name) holds)"
        }
    }
}
