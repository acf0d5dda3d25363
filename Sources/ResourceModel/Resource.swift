/// One resource of the desired state.
package struct Resource: Sendable, Hashable {
    package var address: ResourceAddress
    package var metadata: ResourceMetadata
    /// Never deleted or replaced, even when its manifest is gone.
    ///
    /// Kept in state, no part of the fingerprint.
    package var protect: Bool
    package var spec: ResourceSpec

    package init(
        address: ResourceAddress,
        metadata: ResourceMetadata = ResourceMetadata(),
        protect: Bool = false,
        spec: ResourceSpec
    ) {
        self.address = address
        self.metadata = metadata
        self.protect = protect
        self.spec = spec
    }
}

/// What a manifest says about a resource beside its spec.
package struct ResourceMetadata: Sendable, Hashable {
    package var labels: SortedMap<String> = [:]
    package var annotations: SortedMap<String> = [:]

    package init() {}
}

extension ResourceMetadata: CanonicalRecord {
    package static let fields: [CanonicalField<ResourceMetadata>] = [
        .init("labels", \.labels, .service), .init("annotations", \.annotations, .planning),
    ]

    package var isAbsentWhenEncoded: Bool { labels.isEmpty && annotations.isEmpty }
}

/// The spec of a resource, by kind.
package enum ResourceSpec: Sendable, Hashable {
    indirect case network(NetworkSpec)
    indirect case volume(VolumeSpec)
    indirect case secret(SecretSpec)
    indirect case config(ConfigSpec)
    /// Services are what there is most of, and their specs are large: whoever only looks at one makes no copy.
    case service(Shared<ServiceSpec>)

    package static func service(_ spec: consuming ServiceSpec) -> ResourceSpec { .service(Shared(spec)) }

    package var kind: ResourceKind {
        switch self {
        case .network: .network
        case .volume: .volume
        case .secret: .secret
        case .config: .config
        case .service: .service
        }
    }

    package var service: ServiceSpec? {
        if case .service(let shared) = self { shared.value } else { nil }
    }

    package var secret: SecretSpec? {
        if case .secret(let spec) = self { spec } else { nil }
    }

    package var config: ConfigSpec? {
        if case .config(let spec) = self { spec } else { nil }
    }

    /// Whether somebody else owns the object: it is looked up, never created or deleted.
    package var isExternal: Bool {
        switch self {
        case .network(let spec): spec.external
        case .volume(let spec): spec.external
        case .secret(let spec): spec.source == .external
        case .config(let spec): spec.external
        case .service: false
        }
    }
}

extension Resource: CanonicalCodable {
    /// `{"kind":…,"name":…,"metadata":{…},"spec":{…}}`; `protect` is left out, it belongs to the record, not the object.
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.key("kind")
        writer.string(address.kind.rawValue)
        writer.key("name")
        writer.string(address.name)
        if !metadata.isAbsentWhenEncoded {
            writer.key("metadata")
            metadata.encode(to: &writer)
        }
        writer.key("spec")
        switch spec {
        case .network(let spec): spec.encode(to: &writer)
        case .volume(let spec): spec.encode(to: &writer)
        case .secret(let spec): spec.encode(to: &writer)
        case .config(let spec): spec.encode(to: &writer)
        case .service(let shared): shared.value.encode(to: &writer)
        }
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let kind = value["kind"]?.string.flatMap(ResourceKind.init(rawValue:)), let name = value["name"]?.string,
            let spec = value["spec"]
        else { throw CanonicalError("expected kind, name and spec") }
        address = ResourceAddress(kind, name)
        metadata =
            try value["metadata"].map { value throws(CanonicalError) in try ResourceMetadata(canonical: value) }
            ?? ResourceMetadata()
        protect = false
        switch kind {
        case .network: self.spec = .network(try NetworkSpec(canonical: spec))
        case .volume: self.spec = .volume(try VolumeSpec(canonical: spec))
        case .secret: self.spec = .secret(try SecretSpec(canonical: spec))
        case .config: self.spec = .config(try ConfigSpec(canonical: spec))
        case .service: self.spec = .service(try ServiceSpec(canonical: spec))
        }
    }
}
