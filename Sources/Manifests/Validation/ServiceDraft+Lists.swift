import ResourceModel
import SourceDiagnostics

/// Lists in which nothing may be named twice.
extension ServiceDraft {
    func checkPorts(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        guard spec.ports.count > 1 else { return }
        var names: [String: Int] = [:]
        var variables: [String: Int] = [:]
        var owners = PublishedPorts.Owners<Int>()
        var unpublished: [PortSpec: Int] = [:]
        var reported = ReportedItems(site.origins["ports"])
        for (later, port) in spec.ports.enumerated() {
            if let name = port.name {
                if let earlier = names[name] {
                    let message = "the port name `\(name)` is given twice"
                    twice(&decoder, site, message, "ports[\(later)].name", "ports[\(earlier)].name")
                    continue
                }
                names[name] = later
                checkVariable(of: name, later, &variables, &decoder, site)
            }
            if let published = port.published {
                guard let earlier = owners.claim(port, published, by: later), reported.isNew(later, earlier)
                else { continue }
                twice(
                    &decoder,
                    site,
                    "the host's port \(published.first)/\(port.transport.rawValue) is published twice",
                    "ports[\(later)].published",
                    "ports[\(earlier)].published"
                )
            } else {
                var key = PortSpec()
                (key.target, key.transport, key.hostIP) = (port.target, port.transport, port.hostIP)
                guard let earlier = unpublished[key] else {
                    unpublished[key] = later
                    continue
                }
                guard reported.isNew(later, earlier) else { continue }
                twice(
                    &decoder,
                    site,
                    "the port \(port.target)/\(port.transport.rawValue) is given twice",
                    "ports[\(later)]",
                    "ports[\(earlier)]"
                )
            }
        }
    }

    /// Names of ports become parts of variables, in which only letters and digits stay what they are.
    private func checkVariable(
        of name: String,
        _ later: Int,
        _ variables: inout [String: Int],
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site
    ) {
        let variable = "PORT_" + name.uppercased().map { "-.".contains($0) ? "_" : String($0) }.joined()
        guard let earlier = variables.updateValue(later, forKey: variable) else { return }
        decoder.report(
            .duplicateEntry,
            "two names of ports are the same variable `\(ManifestDecoder.shortened(variable))`",
            at: site.range("ports[\(later)].name"),
            secondary: [Label(site.range("ports[\(earlier)].name"), "the other one is here")],
            help: ["give one of them another name"]
        )
    }

    /// Pairs of items that were reported: two ranges of ports clash once, not port by port.
    private struct ReportedItems {
        private let origins: [ItemOrigin]?
        private var pairs: Set<[ItemOrigin]> = []

        init(_ origins: [ItemOrigin]?) {
            self.origins = origins
        }

        mutating func isNew(_ later: Int, _ earlier: Int) -> Bool {
            guard let origins, origins.indices.contains(later), origins.indices.contains(earlier) else { return true }
            return pairs.insert([origins[later], origins[earlier]]).inserted
        }
    }

    func checkMounts(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        guard !spec.mounts.isEmpty else { return }
        var targets = FirstUses(expecting: spec.mounts.count)
        for (later, mount) in spec.mounts.enumerated() {
            if !mount.options.isEmpty { checkOptions(mount, later, &decoder, site) }
            let target = PathRules.isNormalised(mount.target) ? mount.target : PathRules.normalised(mount.target)
            checkTarget(mount, target, later, &decoder, site)
            checkSource(mount, later, &decoder, site)
            if let earlier = targets.note(target, at: later) {
                twice(
                    &decoder,
                    site,
                    "two mounts have the target `\(ManifestDecoder.shortened(target))`",
                    "mounts[\(later)].target",
                    "mounts[\(earlier)].target"
                )
            }
            switch mount.type {
            case .bind where mount.source == nil:
                decoder.report(.missingField, "a bind mount has no `source`", at: site.range("mounts[\(later)]"))
            case .tmpfs where mount.source != nil:
                decoder.report(.conflict, "a tmpfs mount has no `source`", at: site.range("mounts[\(later)].source"))
            case .volume:
                if let source = mount.source, source.utf8.contains(UInt8(ascii: "/")) {
                    decoder.report(
                        .conflict,
                        "`\(ManifestDecoder.shortened(source))` is a path, but the mount is of the type volume",
                        at: site.range("mounts[\(later)].source"),
                        help: ["add `type: bind`"]
                    )
                }
            default: break
            }
        }
    }

    /// Options of the long form that no sort of mount has.
    private func checkOptions(
        _ mount: MountSpec,
        _ index: Int,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site
    ) {
        let known = ["mode", "nocopy", "nonRecursive", "propagation", "selinux", "size", "subpath"]
        for option in mount.options.keys where !known.contains(option) {
            decoder.report(
                .unknownValue,
                "`\(ManifestDecoder.shortened(option))` is no option of a mount",
                at: site.range("mounts[\(index)].options.\(option)"),
                help: [
                    Suggestion.nearest(option, in: known).map { "did you mean `\($0)`?" }
                        ?? "options are \(known.joined(separator: ", "))"
                ]
            )
        }
    }

    /// What an instance cannot live without is not to be hidden by a mount.
    private func checkTarget(
        _ mount: MountSpec,
        _ target: String,
        _ index: Int,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site
    ) {
        // Containers are given /sys and /dev of their host on purpose, to watch it; a sandbox without its own breaks.
        let isSandbox = decoder.context.limits?.capabilities.requiresCommand ?? true
        if Self.isVital(target), isSandbox || !["/sys", "/dev"].contains(target) {
            let shown = ManifestDecoder.shortened(mount.target)
            let range = site.range("mounts[\(index)].target")
            decoder.report(.invalidPath, "nothing can be mounted on `\(shown)`", at: range)
        } else if target != mount.target, mount.target.split(separator: "/").contains("..") {
            let shown = ManifestDecoder.shortened(mount.target)
            let range = site.range("mounts[\(index)].target")
            decoder.report(.invalidPath, "`\(shown)` climbs with `..`", at: range)
        }
    }

    private static func isVital(_ target: String) -> Bool {
        switch target {
        case "/", "/proc", "/sys", "/dev", "/run/secrets": true
        default: target.utf8.starts(with: "/proc/".utf8)
        }
    }

    private func checkSource(
        _ mount: MountSpec,
        _ index: Int,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site
    ) {
        guard mount.type == .bind, let source = mount.source else { return }
        let shown = ManifestDecoder.shortened(source)
        let range = site.range("mounts[\(index)].source")
        // A folder above it is mounted without it.
        guard !decoder.givesOwn(PathRules.normalised(source), shownAs: source, at: range, "source") else { return }
        // Paths outside the project are those of the nodes, which may not be this machine.
        let runsHere = decoder.context.limits?.capabilities.requiresCommand ?? false
        if runsHere && source.hasPrefix("/") || PathRules.relative(source, to: decoder.context.root) != nil,
            !source.contains("{{"), (try? decoder.context.files.status(source)) == .some(nil)
        {
            decoder.report(
                .missingContent,
                "the source `\(shown)` does not exist",
                at: range,
                severity: .warning,
                help: ["create it before `orchplan apply`"]
            )
        }
    }

    /// Devices and the folder of a root, which are paths of the node as well.
    func checkHostPaths(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        if let root = spec.rootfs {
            let range = site.range("rootfs")
            let path = PathRules.joined(decoder.context.root, root)
            if !decoder.givesOwn(PathRules.normalised(root), shownAs: root, at: range, "folder"),
                !root.hasPrefix("/") || decoder.context.limits?.capabilities.requiresCommand ?? false,
                (try? decoder.context.files.status(path)) == .some(nil)
            {
                decoder.report(
                    .missingContent,
                    "the folder `\(ManifestDecoder.shortened(root))` does not exist",
                    at: range,
                    severity: .warning,
                    help: ["create it before `orchplan apply`; a relative path starts at the project's folder"]
                )
            }
        }
        for (index, device) in spec.devices.enumerated() {
            let path = String(device.prefix { $0 != ":" })
            guard path.hasPrefix("/") else { continue }
            let range = site.range("devices[\(index)]")
            _ = decoder.isOwn(PathRules.normalised(path), shownAs: path, at: range, "device")
        }
    }

    func checkFiles(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        guard !spec.secrets.isEmpty || !spec.configs.isEmpty else { return }
        for (index, reference) in spec.secrets.enumerated() {
            checkTarget(reference, "secrets", index, &decoder, site)
        }
        for (index, reference) in spec.configs.enumerated() {
            checkTarget(reference, "configs", index, &decoder, site)
        }
        guard spec.secrets.count + spec.configs.count > 1 else { return }
        var targets: [String: (list: String, index: Int)] = [:]
        for (list, references, standard) in [("secrets", spec.secrets, "/run/secrets"), ("configs", spec.configs, "/")]
        {
            for (index, reference) in references.enumerated() {
                let target = PathRules.joined(standard, reference.target ?? reference.source)
                if let first = targets[target] {
                    twice(
                        &decoder,
                        site,
                        "two files have the target `\(ManifestDecoder.shortened(target))`",
                        "\(list)[\(index)].target",
                        "\(first.list)[\(first.index)].target"
                    )
                }
                if targets[target] == nil { targets[target] = (list, index) }
            }
        }
    }

    private func checkTarget(
        _ reference: FileReference,
        _ list: String,
        _ index: Int,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site
    ) {
        guard let target = reference.target else { return }
        let complaint: String
        if !PathRules.isNormalised(target), target.split(separator: "/").contains("..") {
            complaint = "`\(ManifestDecoder.shortened(target))` climbs with `..`"
        } else if Self.isVital(PathRules.joined(list == "secrets" ? "/run/secrets" : "/", target)) {
            complaint = "no file can be mounted on `\(ManifestDecoder.shortened(target))`"
        } else {
            return
        }
        decoder.report(.invalidPath, complaint, at: site.range("\(list)[\(index)].target"))
    }

    /// Lists in which saying a thing twice does nothing more than saying it once.
    func checkRepeated(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        for (field, texts) in [("capAdd", spec.capAdd), ("capDrop", spec.capDrop), ("dns", spec.dns)]
        where texts.count > 1 && site.itemCount(field) == texts.count {
            var uses = FirstUses(expecting: texts.count)
            for (later, text) in texts.enumerated() {
                guard let earlier = uses.note(text, at: later) else { continue }
                let message = "`\(ManifestDecoder.shortened(text))` is given twice in `\(field)`"
                twice(&decoder, site, message, "\(field)[\(later)]", "\(field)[\(earlier)]", severity: .warning)
            }
        }
    }

    func checkReferences(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        var networks = FirstUses(expecting: spec.networks.count)
        for (later, attachment) in spec.networks.enumerated() {
            guard let earlier = networks.note(attachment.network, at: later) else { continue }
            twice(
                &decoder,
                site,
                "the network `\(attachment.network)` is given twice",
                "networks[\(later)]",
                "networks[\(earlier)]"
            )
        }
        var services = FirstUses(expecting: spec.dependsOn.count)
        for (later, dependency) in spec.dependsOn.enumerated() {
            if dependency.service == site.name {
                decoder.report(
                    .dependencyCycle,
                    "Service `\(site.name)` depends on itself",
                    at: site.range("dependsOn[\(later)]")
                )
            }
            guard let earlier = services.note(dependency.service, at: later) else { continue }
            twice(
                &decoder,
                site,
                "the service `\(dependency.service)` is given twice",
                "dependsOn[\(later)]",
                "dependsOn[\(earlier)]"
            )
        }
    }

    private func twice(
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ message: String,
        _ later: String,
        _ earlier: String,
        severity: Severity = .error
    ) {
        decoder.report(
            .duplicateEntry,
            message,
            at: site.range(later),
            severity: severity,
            secondary: [Label(site.range(earlier), "first given here")],
            mending: decoder.removal(ofRepeated: later, like: earlier, of: site)
        )
    }
}
