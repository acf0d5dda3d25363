import Drivers
import ResourceModel

extension ServiceForward {
    func mounts() throws(DriverError) -> [CanonicalValue] {
        var mounts: [CanonicalValue] = []
        for (index, mount) in spec.mounts.enumerated() {
            mounts.append(try self.mount(mount, "mounts[\(index)]").value)
        }
        guard let size = spec.shmSize else { return mounts }
        if spec.mounts.contains(where: { $0.target == "/dev/shm" }) {
            throw refusal("shmSize", "and a mount on /dev/shm exclude each other", help: "remove one of the two")
        }
        // Services have no field for it, but the engine leaves its own /dev/shm out where a mount takes the place.
        var shared = MountSpec(type: .tmpfs, source: nil, target: "/dev/shm")
        shared.options["size"] = size.text
        mounts.append(try mount(shared, "shmSize").value)
        return mounts
    }

    private func mount(_ mount: MountSpec, _ field: String) throws(DriverError) -> EngineJSON {
        var options = mount.options
        var json = EngineJSON()
        json.set("Type", mount.type.rawValue)
        switch mount.type {
        case .volume:
            json.some("Source", mount.source.map { volume($0).name })
            json.set("Target", mount.target)
            json.some("ReadOnly", mount.readOnly)
            json.some("VolumeOptions", try volumeOptions(mount, &options, field))
        case .bind:
            json.some("Source", mount.source)
            json.set("Target", mount.target)
            json.some("ReadOnly", mount.readOnly)
            json.some("BindOptions", try bindOptions(&options, field))
        case .tmpfs:
            json.set("Target", mount.target)
            json.some("ReadOnly", mount.readOnly)
            json.some("TmpfsOptions", try tmpfsOptions(&options, field))
        }
        if mount.type == .bind, options["selinux"] != nil {
            throw refusal(
                "\(field).options.selinux",
                "is nothing that services can ask for",
                help: "label the directory on every node with `chcon -t container_file_t`, and remove it"
            )
        }
        if let unknown = options.keys.first {
            throw refusal(
                "\(field).options.\(unknown)",
                "is nothing that the engine can do for a \(mount.type.rawValue)"
            )
        }
        return json
    }

    func volume(_ name: String) -> EngineNames.Volume {
        names.volumes[name] ?? EngineNames.Volume(name: EngineNames.scoped(name, project: labels.project))
    }

    private func volumeOptions(
        _ mount: MountSpec,
        _ options: inout SortedMap<String>,
        _ field: String
    ) throws(DriverError) -> EngineJSON {
        var json = EngineJSON()
        json.some("NoCopy", try flag("nocopy", &options, field))
        if let part = take("subpath", &options) {
            guard version >= .subpath else { throw tooOld("\(field).options.subpath", needs: .subpath) }
            json.set("Subpath", part)
        }
        // SELinux labels are no part of a service's mounts; on a volume the engine sets them by itself.
        _ = take("selinux", &options)
        guard let source = mount.source else { return json }
        let volume = volume(source)
        guard !volume.isExternal else { return json }
        // Only labels that never change: a new one would replace the instances.
        json.set(
            "Labels",
            .map([
                OwnershipLabels.projectKey: labels.project,
                OwnershipLabels.addressKey: ResourceAddress(.volume, source).description,
                OwnershipLabels.nameKey: source,
            ])
        )
        var driver = EngineJSON()
        driver.some("Name", volume.driver)
        driver.some("Options", volume.driverOptions)
        json.some("DriverConfig", driver)
        return json
    }

    private func bindOptions(_ options: inout SortedMap<String>, _ field: String) throws(DriverError) -> EngineJSON {
        var json = EngineJSON()
        if let propagation = take("propagation", &options) {
            guard Self.propagations.contains(propagation) else {
                throw refusal(
                    "\(field).options.propagation",
                    "cannot be \(propagation)",
                    help: "write one of \(Self.propagations.joined(separator: ", "))"
                )
            }
            json.set("Propagation", propagation)
        }
        json.some("NonRecursive", try flag("nonRecursive", &options, field))
        return json
    }

    private func tmpfsOptions(_ options: inout SortedMap<String>, _ field: String) throws(DriverError) -> EngineJSON {
        var json = EngineJSON()
        if let text = take("size", &options) {
            guard let bytes = ByteCount(parsing: text)?.bytes ?? Int64(text), bytes > 0 else {
                throw refusal("\(field).options.size", "is no size", help: "write `64MiB`")
            }
            json.set("SizeBytes", Int(bytes))
        }
        if let text = take("mode", &options) {
            guard let mode = FileMode(parsing: text) else {
                throw refusal("\(field).options.mode", "is no mode", help: "write \"1777\"")
            }
            // The engine prints it for mount(8) as it is, unlike the modes of files.
            json.some("Mode", Int64(mode.bits))
        }
        return json
    }

    private func take(_ key: String, _ options: inout SortedMap<String>) -> String? {
        defer { options[key] = nil }
        return options[key]
    }

    private func flag(_ key: String, _ options: inout SortedMap<String>, _ field: String) throws(DriverError) -> Bool {
        switch take(key, &options) {
        case nil, "false": return false
        case "true": return true
        case .some: throw refusal("\(field).options.\(key)", "is neither true nor false")
        }
    }

    func tooOld(_ field: String, needs: EngineVersion) -> DriverError {
        refusal(
            field,
            "needs version \(needs.text) of the engine's API, and this engine has \(version.text)",
            help: "upgrade the engines, or remove it"
        )
    }

    private static let propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"]
}
