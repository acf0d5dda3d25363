import ResourceModel
import SourceDiagnostics

/// Lists in which nothing may be named twice.
extension ServiceDraft {
    func checkPorts(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        guard spec.ports.count > 1 else { return }
        for (later, port) in spec.ports.enumerated() {
            for (earlier, other) in spec.ports[..<later].enumerated() {
                if let name = port.name, name == other.name {
                    twice(&decoder, site, "the port name `\(name)` is given twice", "ports[\(later)].name", "ports[\(earlier)].name")
                } else if let one = port.published, let two = other.published, PublishedPorts.clash(port, one, other, two) {
                    twice(
                        &decoder,
                        site,
                        "the host's port \(max(one.first, two.first))/\(port.transport.rawValue) is published twice",
                        "ports[\(later)].published",
                        "ports[\(earlier)].published"
                    )
                } else if port.target == other.target, port.transport == other.transport, port.published == other.published,
                    port.hostIP == other.hostIP
                {
                    twice(&decoder, site, "the port \(port.target)/\(port.transport.rawValue) is given twice", "ports[\(later)]", "ports[\(earlier)]")
                }
            }
        }
    }

    func checkMounts(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        for (later, mount) in spec.mounts.enumerated() {
            let target = PathRules.normalised(mount.target)
            if target == "/" {
                decoder.report(.invalidPath, "nothing can be mounted on `/`", at: site.range("mounts[\(later)].target"))
            }
            for (earlier, other) in spec.mounts[..<later].enumerated() where PathRules.normalised(other.target) == target {
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
                if let source = mount.source, source.contains("/") {
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

    func checkFiles(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        guard !spec.secrets.isEmpty || !spec.configs.isEmpty else { return }
        var targets: [(target: String, field: String)] = []
        for (list, references, standard) in [
            ("secrets", spec.secrets, "/run/secrets"), ("configs", spec.configs, ""),
        ] {
            for (index, reference) in references.enumerated() {
                let field = "\(list)[\(index)].target"
                let target = reference.target ?? reference.source
                if target.split(separator: "/").contains("..") {
                    decoder.report(.invalidPath, "`\(ManifestDecoder.shortened(target))` climbs with `..`", at: site.range(field))
                }
                let whole = PathRules.joined(standard.isEmpty ? "/" : standard, target)
                if let first = targets.first(where: { $0.target == whole }) {
                    twice(&decoder, site, "two files have the target `\(ManifestDecoder.shortened(whole))`", field, first.field)
                }
                targets.append((whole, field))
            }
        }
    }

    func checkReferences(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        for (later, attachment) in spec.networks.enumerated() {
            for (earlier, other) in spec.networks[..<later].enumerated() where other.network == attachment.network {
                twice(&decoder, site, "the network `\(attachment.network)` is given twice", "networks[\(later)]", "networks[\(earlier)]")
            }
        }
        for (later, dependency) in spec.dependsOn.enumerated() {
            if dependency.service == site.name {
                decoder.report(.dependencyCycle, "Service `\(site.name)` depends on itself", at: site.range("dependsOn[\(later)]"))
            }
            for (earlier, other) in spec.dependsOn[..<later].enumerated() where other.service == dependency.service {
                twice(&decoder, site, "the service `\(dependency.service)` is given twice", "dependsOn[\(later)]", "dependsOn[\(earlier)]")
            }
        }
    }

    private func twice(
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ message: String,
        _ later: String,
        _ earlier: String
    ) {
        decoder.report(
            .duplicateEntry,
            message,
            at: site.range(later),
            secondary: [Label(site.range(earlier), "first given here")]
        )
    }
}
