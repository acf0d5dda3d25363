import ResourceModel

extension SandboxBuilder {
    /// Volumes, binds and file systems in memory, outer ones before those inside them.
    mutating func addMounts() throws(AgentError) {
        let depth = { (mount: MountSpec) in mount.target.split(separator: "/").count }
        let ordered = request.spec.mounts.enumerated()
            .sorted {
                depth($0.element) == depth($1.element) ? $0.offset < $1.offset : depth($0.element) < depth($1.element)
            }
        for (index, mount) in ordered {
            guard mount.target.hasPrefix("/"), mount.target != "/" else {
                throw AgentError(.invalid, "cannot mount at \(mount.target): an absolute path below / is needed")
            }
            switch mount.type {
            case .tmpfs: try addMemory(mount)
            case .volume: try addBind(mount, source: volumePath(mount, index: index))
            case .bind: try addBind(mount, source: bindPath(mount))
            }
        }
    }

    private mutating func volumePath(_ mount: MountSpec, index: Int) throws(AgentError) -> String {
        var path: String
        if let source = mount.source {
            let name = try template.expand(source)
            guard let directory = request.volumes[name] else {
                throw AgentError(.notFound, "volume \(name) does not exist", help: "declare a Volume of that name")
            }
            path = directory
        } else {
            path = "\(request.anonymousVolumes)/\(index)"
        }
        directories.append(path)
        if let part = mount.options["subpath"] {
            let volume = host.resolved(path)
            path = SandboxPlan.absolute(part, in: "/").split(separator: "/").reduce(path) { "\($0)/\($1)" }
            // Whoever writes into the volume could lead it anywhere.
            guard host.resolved(path).hasPrefix(volume + "/") else {
                throw AgentError(
                    .invalid,
                    "the subpath \(part) mounted at \(mount.target) leads out of its volume through a symbolic link",
                    help: "remove the link from the volume"
                )
            }
            directories.append(path)
        }
        return path
    }

    private func bindPath(_ mount: MountSpec) throws(AgentError) -> String {
        guard let source = mount.source else { throw AgentError(.invalid, "bind at \(mount.target) has no source") }
        let path = SandboxPlan.absolute(try template.expand(source), in: request.projectDirectory)
        guard host.entry(at: path) != nil else {
            throw AgentError(
                .notFound,
                "\(path) to be mounted at \(mount.target) does not exist",
                help: "make it, or correct `source` in the mounts of service/\(request.service)"
            )
        }
        let real = host.resolved(path)
        guard real != hiddenDirectory, !real.hasPrefix(hiddenDirectory + "/") else {
            throw AgentError(
                .invalid,
                "\(path) to be mounted at \(mount.target) is among what orchplan keeps for itself",
                help: "mount a file or folder of yours"
            )
        }
        return path
    }

    private mutating func addBind(_ mount: MountSpec, source: String) throws(AgentError) {
        // A volume's directory may not be there yet; a link is judged by where it leads when the sandbox is made.
        let isDirectory = host.entry(at: source) != .file
        let place = try layout.prepare(mount.target, isDirectory: isDirectory)
        layout.add(mount.readOnly ? "--ro-bind" : "--bind", source, place.path)
        hide(below: host.resolved(source), at: place.path)
    }

    /// Hides the project's own state where a folder that holds it is seen under another name.
    mutating func hide(below folder: String, at place: String) {
        let above = folder == "/" ? "" : folder
        guard !request.maskedDirectory.isEmpty, hiddenDirectory.hasPrefix(above + "/"),
            host.entry(at: hiddenDirectory) == .directory
        else { return }
        let hidden = (place == "/" ? "" : place) + hiddenDirectory.dropFirst(above.count)
        layout.add("--tmpfs", hidden, "--remount-ro", hidden)
    }

    /// What sandboxes hide, without symbolic links; `//`, which nothing is, where there is nothing to hide.
    private var hiddenDirectory: String {
        request.maskedDirectory.isEmpty ? "//" : host.resolved(request.maskedDirectory)
    }

    private mutating func addMemory(_ mount: MountSpec) throws(AgentError) {
        let place = try layout.prepare(mount.target, isDirectory: true)
        let mode = mount.options["mode"] ?? "1777"
        guard let bits = FileMode(parsing: mode) else {
            throw AgentError(.invalid, "mode \(mode) of the mount at \(mount.target) is not octal")
        }
        layout.add("--perms", bits.text)
        if let size = mount.options["size"] {
            guard let bytes = SizeText.bytes(size) else {
                throw AgentError(.invalid, "size \(size) of the mount at \(mount.target) cannot be read")
            }
            layout.add("--size", "\(bytes)")
        }
        layout.add("--tmpfs", place.path)
        if mount.readOnly { layout.add("--remount-ro", place.path) }
    }

    /// Secrets and configs as files; their bytes come through descriptors and stay in memory.
    mutating func addFiles() throws(AgentError) {
        for reference in request.spec.secrets {
            guard let object = reference.object ?? request.secretObjects[reference.source] else {
                throw AgentError(.notFound, "secret \(reference.source) does not exist")
            }
            let target = reference.target ?? reference.source
            // The sandbox's memory is private to the instance. A file in it belongs to whoever runs the agent, so an
            // instance of another user could not read one of mode 0400.
            let mode = reference.mode?.text ?? (request.isRoot && user.isOther ? "0444" : "0400")
            try addFile(
                PlannedContent(kind: .secret, object: object),
                at: target.hasPrefix("/") ? target : "/run/secrets/\(target)",
                mode: mode
            )
        }
        for reference in request.spec.configs {
            guard let object = reference.object ?? request.configObjects[reference.source] else {
                throw AgentError(.notFound, "config \(reference.source) does not exist")
            }
            let target = reference.target ?? reference.source
            try addFile(
                PlannedContent(kind: .config, object: object),
                at: target.hasPrefix("/") ? target : "/\(target)",
                mode: reference.mode?.text ?? "0444"
            )
        }
    }

    private mutating func addFile(_ content: PlannedContent, at target: String, mode: String) throws(AgentError) {
        let place = try layout.prepare(target, isDirectory: false)
        let descriptor = SandboxPlan.firstContentDescriptor + contents.count
        contents.append(content)
        // In the base's own read-only directories a file can only be covered, elsewhere it is made.
        layout.add("--perms", mode, place.existsInBase ? "--ro-bind-data" : "--file", "\(descriptor)", place.path)
    }
}
