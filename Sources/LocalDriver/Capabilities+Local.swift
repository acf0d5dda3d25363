import Glibc
import LocalAgent
import ResourceModel

extension Capabilities {
    /// What the local driver can do on this machine, for this user.
    package static let local = local(CgroupHierarchy.usable(), isRoot: geteuid() == 0)

    /// What it can do where control groups can be made in the given trees.
    package static func local(_ cgroups: [CgroupHierarchy], isRoot: Bool) -> Capabilities {
        Capabilities(
            driver: "local",
            nativeRollout: false,
            unsupportedFields: ignoredServiceFields + unheldLimits(cgroups) + (isRoot ? [] : fieldsOfRoot)
                + ignoredNetworkFields + ignoredVolumeFields,
            requiresCommand: true,
            // An instance listens on a port of its own; the host's port is the agent's.
            hostPortsAreExclusive: false,
            publishesFromInternalNetworks: false,
            serviceAddress: "127.77.0.0"
        )
    }

    /// Limits that nothing holds, or not as they are meant.
    private static func unheldLimits(_ cgroups: [CgroupHierarchy]) -> [UnsupportedField] {
        var everything = ResourceLimits()
        everything.memory = ByteCount(bytes: 1 << 20)
        everything.cpus = CPUCount(nanoCPUs: 1_000_000_000)
        everything.pids = 1
        let plan = LimitPlan(everything, cgroups, overhead: 0)
        return plan.held.compactMap { limit in
            let path = "resources.limits.\(limit.name)"
            if let reason = limit.reason {
                return UnsupportedField(.service, path, reason: "there is \(reason)", outcome: "it is not enforced")
            }
            guard !plan.limits.isEmpty, limit.name == "memory" else { return nil }
            return UnsupportedField(
                .service,
                path,
                reason: "there is no writable cgroup",
                outcome: "the data of each process is limited to it instead"
            )
        }
    }

    private static let fieldsOfRoot = [
        field("capAdd", "an ordinary user has no capabilities to give"),
        field("privileged", "an ordinary user has no privileges to give"),
    ]

    private static let ignoredServiceFields: [UnsupportedField] = [
        field("name", "instances find a service by the name of its manifest and its aliases"),
        field("pullPolicy", "no image is pulled"),
        field("platform", "programs run on this machine's platform"),
        field("tty", "instances have no terminal; their output is kept as a log"),
        field("stdin", "instances read from /dev/null"),
        field("resources.reservations", "plans check that they fit, and nothing is set aside"),
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
