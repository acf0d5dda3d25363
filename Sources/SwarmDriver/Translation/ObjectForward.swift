import Drivers
import ResourceModel

/// Networks, volumes, secrets and configs as the engine is asked to make them.
package enum ObjectForward {
    /// The body of `/networks/create`: an overlay network unless the manifest says otherwise.
    package static func network(
        _ spec: NetworkSpec,
        _ labels: OwnershipLabels,
        object: String
    ) throws(DriverError) -> CanonicalValue {
        let driver = spec.driver ?? "overlay"
        if ["bridge", "host", "null", "none"].contains(driver) {
            throw DriverError(
                .invalid,
                "\(labels.address): a \(driver) network is one node's own, and services are not let onto it",
                help: "remove `driver`: an overlay network reaches every node"
            )
        }
        let name = name(spec.name, labels, object: object)
        guard HostName.isValid(name) else {
            throw DriverError(
                .invalid,
                "\(labels.address): the engine takes no network of the name \(name)",
                help: "use letters, digits, - and _, or give it a `name` of its own"
            )
        }
        var options = spec.driverOptions
        if spec.encrypted { options["encrypted"] = "true" }
        var json = EngineJSON()
        json.set("Name", name)
        json.set("CheckDuplicate", .bool(true))
        json.set("Driver", driver)
        json.some("Attachable", spec.attachable)
        json.some("Internal", spec.isInternal)
        json.some("EnableIPv6", spec.ipv6)
        json.some("Options", options)
        json.some("IPAM", ipam(spec.ipam))
        json.set("Labels", self.labels(spec.labels, labels, object))
        return json.value
    }

    private static func ipam(_ spec: IPAMSpec?) -> EngineJSON {
        var json = EngineJSON()
        guard let spec else { return json }
        json.some("Driver", spec.driver)
        json.some(
            "Config",
            spec.subnets.map { subnet in
                var json = EngineJSON()
                json.some("Subnet", subnet.subnet)
                json.some("IPRange", subnet.range)
                json.some("Gateway", subnet.gateway)
                return json.value
            }
        )
        return json
    }

    /// The body of `/volumes/create`; it makes the volume on the node that answers, and tasks make it elsewhere.
    package static func volume(_ spec: VolumeSpec, _ labels: OwnershipLabels, object: String) -> CanonicalValue {
        var json = EngineJSON()
        json.set("Name", name(spec.name, labels, object: object))
        json.some("Driver", spec.driver)
        json.some("DriverOpts", spec.driverOptions)
        json.set("Labels", self.labels(spec.labels, labels, object))
        return json.value
    }

    /// The body of `/secrets/create`, for the one request that carries it: never to be kept, printed or compared.
    ///
    /// - Parameter object: The object's name with its digest.
    package static func secret(
        _ spec: SecretSpec,
        _ labels: OwnershipLabels,
        object: String,
        content: SecretBytes
    ) throws(DriverError) -> CanonicalValue {
        try checkSize(content.count, below: 500 << 10, "secret", labels)
        var json = EngineJSON()
        json.set("Name", scoped(object, labels))
        json.set("Labels", self.labels(spec.labels, labels, object))
        json.set("Data", content.withBytes { Base64.text($0) })
        return json.value
    }

    /// The body of `/configs/create`.
    package static func config(
        _ spec: ConfigSpec,
        _ labels: OwnershipLabels,
        object: String
    ) throws(DriverError) -> CanonicalValue {
        try checkSize(spec.content?.bytes.count ?? 0, below: 1000 << 10, "config", labels)
        var json = EngineJSON()
        json.set("Name", scoped(object, labels))
        json.set("Labels", self.labels(spec.labels, labels, object))
        json.set("Data", (spec.content?.bytes ?? []).withUnsafeBytes { Base64.text($0) })
        return json.value
    }

    /// The body of `/secrets/ID/update` and `/configs/ID/update`: the live spec with new labels.
    ///
    /// The engine takes nothing else, and of a secret there is no content to send again. Labels of networks and volumes
    /// cannot change at all.
    package static func relabelled(
        _ live: CanonicalValue,
        _ own: SortedMap<String>,
        _ labels: OwnershipLabels,
        object: String
    ) -> CanonicalValue {
        guard case .object(var members) = live else { return live }
        members.removeAll { $0.key == "Labels" }
        members.append(CanonicalMember(key: "Labels", value: self.labels(own, labels, object)))
        return .object(members)
    }

    /// The engine's name of a network or volume.
    package static func name(_ given: String?, _ labels: OwnershipLabels, object: String) -> String {
        given ?? EngineNames.scoped(object, project: labels.project)
    }

    /// The engine's name of a secret or config.
    package static func scoped(_ object: String, _ labels: OwnershipLabels) -> String {
        EngineNames.scoped(object, project: labels.project)
    }

    /// The engine keeps neither nothing nor much: its managers hold all of it in memory.
    private static func checkSize(
        _ count: Int,
        below limit: Int,
        _ kind: String,
        _ labels: OwnershipLabels
    ) throws(DriverError) {
        guard count < 1 || count >= limit else { return }
        throw DriverError(
            .invalid,
            "\(labels.address): its content has \(count) bytes, and the engine keeps a \(kind) of 1 to \(limit - 1)",
            help: "put it into an image or a volume instead"
        )
    }

    private static func labels(
        _ own: SortedMap<String>,
        _ labels: OwnershipLabels,
        _ object: String
    ) -> CanonicalValue {
        .map(labels.engineLabels(over: own, name: object))
    }
}
