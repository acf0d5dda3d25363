import ResourceModel

extension ManifestFields {
    /// Lists whose items are records: told by what a person knows each item by.
    mutating func lists() {
        ports()
        networks()
        mounts()
        let container = "TaskTemplate.ContainerSpec."
        files(container + "Secrets", "secrets", "SecretName")
        files(container + "Configs", "configs", "ConfigName")
        for limit in take(container + "Ulimits")?.array ?? [] {
            let ends = ["Soft", "Hard"].map { FieldText.any(limit[$0] ?? .integer(0)) }
            tell("ulimits.\(limit["Name"]?.string ?? "")", "\(ends[0]):\(ends[1])")
        }
        for resource in take("TaskTemplate.Resources.Reservations.GenericResources")?.array ?? [] {
            guard let counted = resource["DiscreteResourceSpec"] ?? resource["NamedResourceSpec"] else { continue }
            let kind = counted["Kind"]?.string ?? ""
            tell("resources.reservations.devices.\(kind)", FieldText.any(counted["Value"] ?? .integer(0)))
        }
        let spreads = (take("TaskTemplate.Placement.Preferences")?.array ?? [])
            .map { "spread=" + ($0.at("Spread", "SpreadDescriptor")?.string ?? "") }
        if !spreads.isEmpty { tell("placement.preferences", spreads.joined(separator: ", ")) }
    }

    private mutating func ports() {
        let ports = (take("EndpointSpec.Ports")?.array ?? [])
            .map { port in
                let published = port["PublishedPort"]?.wholeNumber.map { "\($0):" } ?? ""
                let transport = port["Protocol"]?.string ?? "tcp"
                let mode = port["PublishMode"]?.string.map { " (\($0))" } ?? ""
                let name = port["Name"]?.string.map { "\($0) " } ?? ""
                return "\(name)\(published)\(FieldText.any(port["TargetPort"] ?? .integer(0)))/\(transport)\(mode)"
            }
        if !ports.isEmpty { tell("ports", ports.joined(separator: ", ")) }
    }

    private mutating func networks() {
        var attached: [String] = []
        for network in take("TaskTemplate.Networks")?.array ?? [] {
            let target = network["Target"]?.string ?? ""
            let isDefault = names.defaultNetwork?.id == target
            let name =
                names.network(withID: target) ?? (isDefault ? names.defaultNetwork?.name : nil)
                ?? names.networkNames[target] ?? target
            attached.append(name)
            if let aliases = network["Aliases"] { tell("networks[\(name)].aliases", FieldText.any(aliases)) }
            for option in network["DriverOpts"]?.texts ?? [:] {
                tell("networks[\(name)].driverOptions.\(option.key)", option.value)
            }
        }
        if !attached.isEmpty { tell("networks", attached.sorted().joined(separator: ", ")) }
    }

    private mutating func mounts() {
        for mount in take("TaskTemplate.ContainerSpec.Mounts")?.array ?? [] {
            let target = mount["Target"]?.string ?? ""
            if target == "/dev/shm", mount["Type"]?.string == "tmpfs", mount["ReadOnly"] == nil,
                let size = mount.at("TmpfsOptions", "SizeBytes"), mount["TmpfsOptions"]?.object?.count == 1
            {
                tell("shmSize", FieldText.bytes(size))
                continue
            }
            let source = mount["Source"]?.string.map { " \($0)" } ?? ""
            let readOnly = mount["ReadOnly"] == nil ? "" : " (read-only)"
            tell("mounts[\(target)]", "\(mount["Type"]?.string ?? "bind")\(source)\(readOnly)")
            options(mount, "mounts[\(target)].options")
        }
    }

    private mutating func options(_ mount: CanonicalValue, _ field: String) {
        if let nocopy = mount.at("VolumeOptions", "NoCopy") { tell("\(field).nocopy", FieldText.any(nocopy)) }
        if let part = mount.at("VolumeOptions", "Subpath") { tell("\(field).subpath", FieldText.any(part)) }
        if let driver = mount.at("VolumeOptions", "DriverConfig") { tell("\(field).driver", FieldText.any(driver)) }
        for label in mount.at("VolumeOptions", "Labels")?.texts ?? [:]
        where !label.key.hasPrefix(OwnershipLabels.prefix) {
            tell("\(field).labels.\(label.key)", label.value)
        }
        if let way = mount.at("BindOptions", "Propagation") { tell("\(field).propagation", FieldText.any(way)) }
        if let flag = mount.at("BindOptions", "NonRecursive") { tell("\(field).nonRecursive", FieldText.any(flag)) }
        if let size = mount.at("TmpfsOptions", "SizeBytes") { tell("\(field).size", FieldText.bytes(size)) }
        if let mode = mount.at("TmpfsOptions", "Mode")?.wholeNumber {
            tell("\(field).mode", FileMode(bits: UInt16(truncatingIfNeeded: mode)).text)
        }
    }

    private mutating func files(_ path: String, _ field: String, _ nameKey: String) {
        for reference in take(path)?.array ?? [] {
            let file = reference["File"]
            let target = file?["Name"]?.string ?? ""
            let mode = ServiceForward.fileMode(engine: UInt32(truncatingIfNeeded: file?["Mode"]?.wholeNumber ?? 0))
            let owner = ["UID", "GID"].map { file?[$0]?.string ?? "0" }.joined(separator: ":")
            tell("\(field)[\(target)]", "\(reference[nameKey]?.string ?? "") (mode \(mode.text), owner \(owner))")
        }
    }
}
