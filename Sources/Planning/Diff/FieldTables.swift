import ResourceModel

/// What the diff needs to know of a kind's fields beside their values.
enum FieldTables {
    /// One row: a field directly below `spec` or `metadata`.
    struct Row {
        var name: String
        var forcesReplacement: Bool
    }

    static func rows(_ kind: ResourceKind) -> [Row] {
        switch kind {
        case .network: network
        case .volume: volume
        case .secret: secret
        case .config: config
        case .service: service
        }
    }

    /// The members by which items of a list are recognised, by the list's field; nil: by their position.
    static func identity(ofItemsIn field: String) -> [String]? {
        switch field {
        case "ports": ["name", "target"]
        case "networks": ["network"]
        case "mounts": ["target"]
        case "secrets", "configs": ["source"]
        case "dependsOn": ["service"]
        default: nil
        }
    }

    /// The order of the members of the record at `path` below a service's spec; nil: a map, in the order of its keys.
    static func order(ofServiceRecordAt path: [String]) -> [String]? {
        guard let field = path.first else { return service.map(\.name) }
        if path.count == 1 { return nested[field] }
        if path.count == 2 { return nested["\(field).\(path[1])"] }
        return nil
    }

    private static let network = names(NetworkSpec.self)
    private static let volume = names(VolumeSpec.self)
    private static let secret = names(SecretSpec.self)
    private static let config = names(ConfigSpec.self)
    private static let service = names(ServiceSpec.self)

    /// Records inside a service's spec; of a list, the record that its items are.
    private static let nested: [String: [String]] = {
        let check = order(HealthCheck.self)
        var tables = [
            "update": order(UpdatePolicy.self), "rollback": order(UpdatePolicy.self), "scale": order(ScalePolicy.self),
            "resources": order(ResourceRequirements.self), "resources.limits": order(ResourceLimits.self),
            "resources.reservations": order(ResourceReservations.self), "placement": order(Placement.self),
            "restart": order(RestartPolicy.self), "logging": order(LoggingSpec.self), "ports": order(PortSpec.self),
            "networks": order(NetworkAttachment.self), "mounts": order(MountSpec.self),
            "secrets": order(FileReference.self), "configs": order(FileReference.self),
            "dependsOn": order(ServiceDependency.self),
        ]
        for field in ["healthcheck", "readiness"] {
            tables[field] = check
            tables["\(field).http"] = order(HTTPProbe.self)
            tables["\(field).tcp"] = order(TCPProbe.self)
        }
        return tables
    }()

    private static func names<Record: CanonicalRecord>(_ record: Record.Type) -> [Row] {
        record.fields.map { Row(name: $0.name.description, forcesReplacement: $0.forcesReplacement) }
    }

    private static func order<Record: CanonicalRecord>(_ record: Record.Type) -> [String] {
        record.fields.map(\.name.description)
    }
}
