import Manifests
import Plans
import ResourceModel
import SourceDiagnostics

extension PolicyCheck {
    func forbiddenFields(_ resource: Resource) -> [PolicyViolation] {
        let kind = resource.address.kind.rawValue + "."
        let paths = policy.fields.filter { $0.hasPrefix(kind) }.map { String($0.dropFirst(kind.count)) }
        guard !paths.isEmpty, let value = try? CanonicalText(resource).value()["spec"] else { return [] }
        return paths.flatMap { path in
            Self.places(of: path.split(separator: ".")[...], in: value, at: "")
                .map { violation(.forbiddenField, resource.address, $0, "`\(path)` is set") }
        }
    }

    /// Where a path leads in a canonical value; items of lists are passed through, a map's key may have dots.
    static func places(of path: ArraySlice<Substring>, in value: CanonicalValue, at place: String) -> [String] {
        guard let first = path.first else { return [place] }
        switch value {
        case .array(let items):
            return items.enumerated().flatMap { places(of: path, in: $0.element, at: "\(place)[\($0.offset)]") }
        case .object(let members):
            let whole = path.joined(separator: ".")
            return members.flatMap { member -> [String] in
                let next = place.isEmpty ? member.key : "\(place).\(member.key)"
                if member.key == whole { return [next] }
                return member.key == first ? places(of: path.dropFirst(), in: member.value, at: next) : []
            }
        default: return []
        }
    }

    func privileges(_ address: ResourceAddress, _ spec: ServiceSpec) -> [PolicyViolation] {
        guard !policy.privileges else { return [] }
        let asked: [(String, Bool)] = [
            ("privileged", spec.privileged), ("capAdd", !spec.capAdd.isEmpty), ("devices", !spec.devices.isEmpty),
            ("securityOptions", !spec.securityOptions.isEmpty), ("sysctls", !spec.sysctls.isEmpty),
        ]
        return asked.filter(\.1)
            .map {
                violation(.forbiddenPrivilege, address, $0.0, "`\($0.0)` asks for more than an ordinary process has")
            }
    }

    func images(_ address: ResourceAddress, _ spec: ServiceSpec) -> [PolicyViolation] {
        guard let rules = policy.images, let image = spec.image, !image.isEmpty else { return [] }
        let name = ImageName(image)
        let shown = Escaping.visible(image)
        var found: [PolicyViolation] = []
        if let allowed = rules.allow, !allowed.contains(where: name.matches) {
            let text = "the image `\(shown)` is not one of those that may run"
            found.append(violation(.forbiddenImage, address, "image", text, "allows only \(Self.list(allowed))"))
        }
        if let pattern = rules.forbid.first(where: name.matches) {
            let text = "the image `\(shown)` may not run"
            found.append(violation(.forbiddenImage, address, "image", text, "excludes \(Escaping.visible(pattern))"))
        }
        if rules.pinned, name.digest == nil {
            let text = "the image `\(shown)` names no digest"
            found.append(violation(.forbiddenImage, address, "image", text, "wants it: write `\(shown)@sha256:…`"))
        }
        return found
    }

    func ports(_ address: ResourceAddress, _ spec: ServiceSpec) -> [PolicyViolation] {
        guard let rules = policy.ports else { return [] }
        var found: [PolicyViolation] = []
        for (index, port) in spec.ports.enumerated() {
            guard let published = port.published else { continue }
            if let allowed = rules.allow, !Self.covers(allowed, published) {
                let text = "the port \(published.text) may not be published"
                let help = "allows only \(Self.list(allowed.map(\.text)))"
                found.append(violation(.forbiddenPort, address, "ports[\(index)]", text, help))
            }
            // A swarm publishes on every address of its nodes, whatever the manifest says.
            let listens =
                driver == "local"
                ? port.hostIP ?? "127.0.0.1" : driver == "swarm" ? "0.0.0.0" : port.hostIP ?? "0.0.0.0"
            if let addresses = rules.addresses, !Self.holds(addresses, listens) {
                let isEverywhere = driver == "swarm"
                let text =
                    "the port \(published.text) listens on \(listens)"
                    + (isEverywhere ? ", as every published port of a swarm" : "")
                let help = "allows only \(Self.list(addresses))"
                found.append(violation(.forbiddenPort, address, "ports[\(index)]", text, help))
            }
        }
        return found
    }

    /// Whether an address is one of several, however each of them is written.
    static func holds(_ addresses: [String], _ address: String) -> Bool {
        let wanted = IPAddress(address)?.plain
        return addresses.contains { $0 == address || (wanted != nil && IPAddress($0)?.plain == wanted) }
    }

    /// A service on the node's own network opens every port that it listens on.
    func nodesOwnNetworks(_ address: ResourceAddress, _ spec: ServiceSpec, _ names: Set<String>) -> [PolicyViolation] {
        guard let rules = policy.ports, rules.allow != nil || rules.addresses != nil else { return [] }
        return spec.networks.enumerated().filter { names.contains($0.element.network) }
            .map { index, attachment in
                let text =
                    "on the node's own network `\(Escaping.visible(attachment.network))` every port of the service is open"
                let help = "says which ports may be published, which nothing holds to there: use another network"
                return violation(.forbiddenPort, address, "networks[\(index)]", text, help)
            }
    }

    /// Whether ranges together hold every port of one.
    static func covers(_ ranges: [PortRange], _ range: PortRange) -> Bool {
        var next = range.first
        for allowed in ranges.sorted(by: { $0.first < $1.first }) where allowed.first <= next && allowed.last >= next {
            next = allowed.last + 1
        }
        return next > range.last
    }

    func hostPaths(_ address: ResourceAddress, _ spec: ServiceSpec) -> [PolicyViolation] {
        let mounts = spec.mounts.enumerated()
            .compactMap { index, mount in
                mount.type == .bind ? mount.source.map { ("mounts[\(index)]", $0) } : nil
            }
        let devices = spec.devices.enumerated().map { ("devices[\($0)]", String($1.prefix { $0 != ":" })) }
        let root = spec.rootfs.map { [("rootfs", $0)] } ?? []
        return root.compactMap { path($1, address, $0) }
            + mounts.compactMap { path($1, address, $0, labels: spec.labels) }
            + devices.compactMap { path($1, address, $0) }
    }

    /// A volume can be a directory of the node under another name, or be laid over some.
    func hostPaths(_ address: ResourceAddress, _ spec: VolumeSpec) -> [PolicyViolation] {
        var used: [(String, String)] = []
        let type = spec.driverOptions["type"] ?? ""
        let options = spec.driverOptions["o"] ?? ""
        // The kernel asks for no type where it is told to show one folder as another.
        let isBind = options.split(separator: ",").contains { ["bind", "rbind", "move"].contains($0) }
        let isRemote = !isBind && (type.hasPrefix("nfs") || ["cifs", "smb3", "tmpfs", "overlay"].contains(type))
        if let device = spec.driverOptions["device"], !device.isEmpty, device.hasPrefix("/") || !isRemote {
            // The engine takes a path that is not absolute from where it runs itself, which is the root.
            used.append(("driverOptions.device", device.hasPrefix("/") ? device : "/" + device))
        }
        // What is put there may be an option more.
        if PathTemplate.filled(options, labels: nil) == nil { used.append(("driverOptions.o", options)) }
        for option in options.split(separator: ",") {
            let parts = option.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, ["lowerdir", "upperdir", "workdir"].contains(parts[0]) else { continue }
            for folder in parts[1].split(separator: ":") {
                used.append(("driverOptions.o", folder.hasPrefix("/") ? String(folder) : "/" + folder))
            }
        }
        return used.compactMap { path($1, address, $0) }
    }

    /// - Parameter labels: Those of the service, which a cluster may put into the path; nil: of whatever service.
    private func path(
        _ source: String,
        _ address: ResourceAddress,
        _ field: String,
        labels: SortedMap<String>? = nil
    ) -> PolicyViolation? {
        guard let allowed = policy.hostPaths else { return nil }
        guard let filled = PathTemplate.filled(source, labels: labels) else {
            let text = "what a cluster puts into the braces of `\(Escaping.visible(source))` may lead anywhere"
            return violation(.forbiddenHostPath, address, field, text, "allows only \(Self.list(allowed))")
        }
        let path = PathRules.normalised(filled)
        let isAllowed = allowed.contains { pattern in
            // `/srv/**` means the directory itself as well.
            let own = pattern.hasSuffix("/**") ? String(pattern.dropLast(3)) : pattern
            return GlobPattern(pattern).matches(path) || GlobPattern(own).matches(path)
        }
        guard !isAllowed else { return nil }
        return violation(
            .forbiddenHostPath,
            address,
            field,
            "`\(Escaping.visible(path))` of the node may not be used",
            "allows only \(Self.list(allowed))"
        )
    }

    func sources(_ address: ResourceAddress, _ spec: SecretSpec) -> [PolicyViolation] {
        guard let allowed = policy.secrets?.sources else { return [] }
        let source =
            switch spec.source {
            case .file: "file"
            case .environment: "environment"
            case .generate: "generate"
            case .age: "age"
            case .external: "external"
            }
        guard !allowed.contains(source) else { return [] }
        let text = "its bytes come from `\(source)`"
        let help = "allows only \(Self.list(allowed))"
        return [violation(.forbiddenSecretSource, address, source, text, help)]
    }

    func actions(_ step: PlanStep) -> [PolicyViolation] {
        let action: String
        switch step.action {
        case .create: action = "create"
        // A new object takes the place of a secret or config: what uses it is changed, nothing is lost.
        case .update, .supersede: action = "update"
        case .replace: action = "replace"
        case .delete: action = "delete"
        case .retire, .record, .forget: return []
        }
        let kind = step.address.kind.rawValue
        func forbids(_ action: String) -> Bool {
            policy.actions.contains(action) || policy.actions.contains("\(kind).\(action)")
        }
        if forbids(action) {
            return [violation(.forbiddenAction, step.address, nil, "the plan would \(action) \(step.address)")]
        }
        // What is replaced is deleted first, with all that it holds.
        guard action == "replace", forbids("delete") else { return [] }
        let text = "the plan would replace \(step.address), which deletes what is there"
        return [violation(.forbiddenAction, step.address, nil, text)]
    }

    /// What is forbidden of forgetting a resource: nothing looks after it from then on, as if it were deleted.
    func forgetting(_ address: ResourceAddress) -> [PolicyViolation] {
        guard policy.actions.contains("delete") || policy.actions.contains("\(address.kind.rawValue).delete") else {
            return []
        }
        return [violation(.forbiddenAction, address, nil, "the record would forget \(address)", "forbids to delete it")]
    }
}
