import ResourceModel

extension Capabilities {
    /// What the local driver can do.
    package static let local = Capabilities(
        driver: "local",
        nativeRollout: false,
        unsupportedFields: ignoredServiceFields + ignoredNetworkFields + ignoredVolumeFields,
        requiresCommand: true,
        // An instance listens on a port of its own; the host's port is the agent's.
        hostPortsAreExclusive: false,
        publishesFromInternalNetworks: false,
        serviceAddress: "127.77.0.0"
    )

    private static let ignoredServiceFields: [UnsupportedField] = [
        field("pullPolicy", "no image is pulled"),
        field("platform", "programs run on this machine's platform"),
        field("tty", "instances have no terminal; their output is kept as a log"),
        field("stdin", "instances read from /dev/null"),
        field("resources.limits", "limits are not enforced: instances share the machine"),
        field(
            "resources.reservations",
            "plans check that they fit, and nothing is set aside"
        ),
        field("securityOptions", "the sandbox has no such options"),
        field("sysctls", "instances share the kernel's settings"),
        field("devices", "instances have the standard devices only"),
        field("logging.driver", "output is always kept in rotated files; max-size and max-file are honoured"),
    ]

    private static let ignoredNetworkFields: [UnsupportedField] = [
        UnsupportedField(
            .network,
            "encrypted",
            reason: "traffic stays on this machine's loopback and is not encrypted"
        ),
        UnsupportedField(.network, "driver", reason: "networks are names in hosts files, not links"),
        UnsupportedField(.network, "driverOptions", reason: "networks are names in hosts files, not links"),
        UnsupportedField(.network, "ipam", reason: "services have addresses of 127.77.0.0/16"),
        UnsupportedField(.network, "ipv6", reason: "services have addresses of 127.77.0.0/16"),
        UnsupportedField(
            .network,
            "internal",
            reason: "instances share the machine's network and can reach out",
            outcome: "nothing is published from it; the way out stays open"
        ),
    ]

    private static let ignoredVolumeFields: [UnsupportedField] = [
        UnsupportedField(.volume, "driver", reason: "volumes are directories of this machine"),
        UnsupportedField(.volume, "driverOptions", reason: "volumes are directories of this machine"),
    ]

    private static func field(_ path: String, _ reason: String) -> UnsupportedField {
        UnsupportedField(.service, path, reason: reason)
    }
}
