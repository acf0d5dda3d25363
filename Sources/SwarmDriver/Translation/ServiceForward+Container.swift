import Drivers
import ResourceModel

extension ServiceForward {
    func container() throws(DriverError) -> EngineJSON {
        guard let image = spec.image, !image.isEmpty else {
            throw refusal("image", "is missing", help: "a cluster runs images: name one")
        }
        var container = EngineJSON()
        container.set("Image", Self.image(image, digest: spec.imageDigest))
        container.set("Labels", .map(containerLabels))
        // What the manifest and the image call the entry point is `Command` here, and the command is `Args`.
        container.some("Command", spec.entrypoint ?? [])
        container.some("Args", spec.command ?? [])
        container.some("Hostname", spec.hostname)
        container.some("Env", try environment())
        container.some("Dir", spec.workingDir)
        container.some("User", spec.user)
        container.some("Groups", spec.groups)
        container.some("Privileges", try privileges())
        if let initProcess = spec.initProcess { container.set("Init", .bool(initProcess)) }
        container.some("StopSignal", spec.stopSignal)
        container.some("TTY", spec.tty)
        container.some("OpenStdin", spec.stdin)
        container.some("ReadOnly", spec.readOnly)
        container.some("Mounts", try mounts())
        if let grace = spec.stopGracePeriod { container.set("StopGracePeriod", Self.wholeSeconds(grace)) }
        container.some("Healthcheck", try healthcheck())
        container.some("Hosts", try hosts())
        container.some("DNSConfig", resolver())
        container.some("Secrets", try secrets())
        container.some("Configs", try configs())
        container.some("Sysctls", spec.sysctls)
        container.some("CapabilityAdd", Self.capabilities(spec.capAdd))
        container.some("CapabilityDrop", Self.capabilities(spec.capDrop))
        container.some("Ulimits", ulimits())
        return container
    }

    /// The image as Docker's own client writes one that it has resolved: `nginx:1.27@sha256:…`.
    static func image(_ name: String, digest: String?) -> String {
        guard let digest else { return name }
        let hasTag = ImageReference(parsing: name)?.tag != nil
        return "\(name)\(hasTag ? "" : ":latest")@\(digest)"
    }

    /// Only what stays the same while an instance is the same: one more label would replace every instance.
    private var containerLabels: SortedMap<String> {
        var own = spec.containerLabels
        own[OwnershipLabels.projectKey] = labels.project
        own[OwnershipLabels.addressKey] = labels.address.description
        own[OwnershipLabels.templateKey] = definition.template.text
        return own
    }

    private func environment() throws(DriverError) -> [String] {
        var lines: [String] = []
        for entry in spec.environment {
            switch entry.value {
            case .text(let text): lines.append("\(entry.key)=\(text)")
            case .config(let name, let object):
                guard let text = names.configTexts[object ?? name] else {
                    throw missing("config", object ?? name, "environment.\(entry.key)")
                }
                lines.append("\(entry.key)=\(text)")
            case .secret(let name, _):
                throw refusal(
                    "environment.\(entry.key)",
                    "takes a secret, and the engine gives secrets as files only",
                    help: "list \(name) under `secrets`, and let the program read /run/secrets/\(name)"
                )
            }
        }
        return lines
    }

    /// Grace in whole seconds: the engine cuts off what is below one, and no grace at all is not what was asked for.
    static func wholeSeconds(_ duration: Duration) -> Duration {
        let (seconds, rest) = duration.components
        return .seconds(rest > 0 ? seconds + 1 : seconds)
    }

    /// `name:address` or `name=address` becomes a line of a hosts file; an IPv6 address may be in brackets.
    private func hosts() throws(DriverError) -> [String] {
        var lines: [String] = []
        for (index, extra) in spec.extraHosts.enumerated() {
            let separator = extra.firstIndex(of: "=") ?? extra.firstIndex(of: ":")
            guard let separator, separator > extra.startIndex, extra.index(after: separator) < extra.endIndex else {
                throw refusal("extraHosts[\(index)]", "is no NAME:ADDRESS", help: "write `db.example.com:10.0.0.7`")
            }
            var address = extra[extra.index(after: separator)...]
            if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
            lines.append("\(address) \(extra[..<separator])")
        }
        return lines
    }

    private func resolver() -> EngineJSON {
        var resolver = EngineJSON()
        resolver.some("Nameservers", spec.dns)
        resolver.some("Search", spec.dnsSearch)
        resolver.some("Options", spec.dnsOptions)
        return resolver
    }

    /// `CAP_NET_ADMIN`, as the engine's own client spells them; `ALL` stands for all.
    static func capabilities(_ names: [String]) -> [String] {
        names.map { name in
            let bare = KernelNames.bareCapability(name)
            return bare == "ALL" ? bare : "CAP_" + bare
        }
    }

    private func ulimits() -> [CanonicalValue] {
        spec.ulimits.map { entry in
            var limit = EngineJSON()
            limit.set("Name", entry.key)
            limit.set("Soft", entry.value.soft)
            limit.set("Hard", entry.value.hard)
            return limit.value
        }
    }
}
