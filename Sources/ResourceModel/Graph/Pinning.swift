/// What is known of the content of the project's secrets when a plan is made: digests, never bytes.
package struct SecretDigests: Sendable, Hashable {
    /// By the name of the secret.
    ///
    /// Secrets that are external or generated have none.
    package var digests: [String: Fingerprint]

    package init(_ digests: [String: Fingerprint] = [:]) {
        self.digests = digests
    }
}

extension ResourceGraph {
    /// The graph with every secret and config bound to the immutable object that will hold its content.
    ///
    /// Secrets and configs cannot change in place: a new content is a new object, named by the content's keyed digest.
    /// References are rewritten to the object's name, so that a service whose secret changed differs and rolls.
    ///
    /// - Parameter kept: Generated secrets that stay in an object which is there, whatever its name.
    package func pinned(
        secrets: SecretDigests,
        kept: [ResourceAddress: String] = [:],
        fingerprinter: inout Fingerprinter
    ) -> ResourceGraph {
        var objects: [ResourceAddress: String] = [:]
        var digested: [ResourceAddress: SecretSpec] = [:]
        for resource in resources {
            switch resource.spec {
            case .secret(var spec) where !resource.spec.isExternal:
                spec.digest = secrets.digests[resource.address.name]
                digested[resource.address] = spec
                var copy = resource
                copy.spec = .secret(spec)
                objects[resource.address] =
                    kept[resource.address] ?? copy.contentObjectName(fingerprinter: &fingerprinter)
            case .secret, .config:
                objects[resource.address] = resource.contentObjectName(fingerprinter: &fingerprinter)
            case .network, .volume:
                // What somebody else owns is known by a name that only its own manifest tells.
                if resource.spec.isExternal {
                    objects[resource.address] = resource.spec.externalName ?? resource.address.name
                }
            case .service: break
            }
        }
        guard !objects.isEmpty else { return self }
        return mapResources { resource in
            var resource = resource
            if let spec = digested[resource.address] {
                resource.spec = .secret(spec)
            } else if case .service(let shared) = resource.spec, shared.value.mentionsObjects {
                resource.spec = .service(shared.value.pinned(objects))
            }
            return resource
        }
    }

    /// `NAME-DIGEST`, at most 63 bytes long.
    package static func objectName(_ name: String, _ digest: Fingerprint) -> String {
        "\(name.prefix(50))-\(digest.short)"
    }
}

extension Resource {
    /// The name of the object that holds this secret's or config's content; nil for the other kinds.
    ///
    /// A secret must have its digest already; one without (generated) is named after how it is made. Nil as well while
    /// the project's key is not kept yet: the object will get another name than this run could tell.
    package func contentObjectName(fingerprinter: inout Fingerprinter) -> String? {
        switch spec {
        case .secret, .config:
            if spec.isExternal { return spec.externalName ?? address.name }
        case .network, .volume, .service: return nil
        }
        guard fingerprinter.canName else { return nil }
        if case .secret(let secret) = spec {
            return ResourceGraph.objectName(address.name, secret.digest ?? fingerprinter.fingerprint(secret.source))
        }
        return ResourceGraph.objectName(address.name, fingerprinter.digest(spec.config?.content?.bytes ?? []))
    }
}

extension ResourceSpec {
    /// The name of an object that somebody else owns, where the manifest gives one.
    package var externalName: String? {
        switch self {
        case .network(let spec): spec.name
        case .volume(let spec): spec.name
        case .secret(let spec): spec.name
        case .config(let spec): spec.name
        case .service: nil
        }
    }
}

extension ServiceSpec {
    fileprivate var mentionsObjects: Bool {
        !secrets.isEmpty || !configs.isEmpty || !networks.isEmpty || !mounts.isEmpty
            || environment.entries.contains {
                if case .text = $0.value { false } else { true }
            }
    }

    fileprivate func pinned(_ objects: [ResourceAddress: String]) -> ServiceSpec {
        var copy = self
        for index in copy.secrets.indices {
            copy.secrets[index].object = objects[.init(.secret, copy.secrets[index].source)]
        }
        for index in copy.configs.indices {
            copy.configs[index].object = objects[.init(.config, copy.configs[index].source)]
        }
        for index in copy.networks.indices {
            copy.networks[index].object = objects[.init(.network, copy.networks[index].network)]
        }
        for index in copy.mounts.indices where copy.mounts[index].type == .volume {
            copy.mounts[index].object = copy.mounts[index].source.flatMap { objects[.init(.volume, $0)] }
        }
        for entry in environment {
            switch entry.value {
            case .text: continue
            case .secret(let name, _):
                copy.environment[entry.key] = .secret(name: name, object: objects[.init(.secret, name)])
            case .config(let name, _):
                copy.environment[entry.key] = .config(name: name, object: objects[.init(.config, name)])
            }
        }
        return copy
    }
}
