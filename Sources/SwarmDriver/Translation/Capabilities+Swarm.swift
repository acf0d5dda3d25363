import ResourceModel

extension Capabilities {
    /// What a cluster of engines can do, as far as it is known without asking one.
    package static let swarm = swarm(apiVersion: nil)

    /// What it can do under a version of the engine's API.
    ///
    /// Checked against the engine's source (`daemon/cluster/convert`, `daemon/cluster/executor/container`), whose
    /// services drop in silence what they do not know. An error is what would change what runs, or who can reach it.
    package static func swarm(apiVersion: EngineVersion?) -> Capabilities {
        var fields = refusedServiceFields + ignoredServiceFields + networkFields
        if let version = apiVersion { fields += newerFields(version) }
        return Capabilities(
            driver: "swarm",
            nativeRollout: true,
            unsupportedFields: fields,
            // The routing mesh moves a port over; a node's own port it cannot share, which the plan's check reads off
            // the port's mode.
            hostPortsAreExclusive: true,
            resolvesImages: true,
            needsHostNames: true
        )
    }

    private static let refusedServiceFields: [UnsupportedField] = [
        refused("rootfs", "the engine runs images", help: "put the files into an image, and name it in `image`"),
        refused(
            "environment[].secret",
            "the engine gives secrets as files only",
            when: .present,
            help: "list it under `secrets`, and let the program read /run/secrets/NAME; many images take the path in a"
                + " variable that ends in _FILE"
        ),
        refused(
            "healthcheck.http",
            "the engine runs commands inside the container only",
            help:
                "write `command: [wget, -q, -O, /dev/null, http://127.0.0.1:PORT/PATH]`, with a program that the image"
                + " has"
        ),
        refused(
            "healthcheck.tcp",
            "the engine runs commands inside the container only",
            help: "write `command: [nc, -z, 127.0.0.1, \"PORT\"]`, with a program that the image has"
        ),
        refused(
            "readiness",
            "the engine has one check for traffic and for restarts",
            help: "write it as `healthcheck`, and remove `readiness`"
        ),
        refused(
            "ports[].hostIP",
            "the engine publishes services on every address of its nodes",
            when: .noneOf(["", "0.0.0.0", "::"]),
            help: "remove it, and let a firewall keep strangers away"
        ),
        refused("privileged", "services cannot be", when: .oneOf(["true"]), help: "add what is needed to `capAdd`"),
        refused(
            "devices",
            "services have no devices",
            help: "bind-mount what the program needs, or reserve a generic resource of the node"
        ),
        refused(
            "securityOptions[]",
            "services have no such option",
            when: .noneOf([
                "no-new-privileges*", "seccomp=unconfined", "seccomp:unconfined", "apparmor=unconfined",
                "apparmor:unconfined", "label=*", "label:*",
            ]),
            help: "use no-new-privileges, seccomp=unconfined, apparmor=unconfined or label=…"
        ),
        refused(
            "mounts[].options.selinux",
            "services cannot ask for it",
            when: .present,
            help: "label the directory on every node with `chcon -t container_file_t`, and remove `z` or `Z`"
        ),
        refused(
            "scale.metric",
            "the engine counts no connections",
            when: .oneOf(["connections"]),
            help: "scale by cpu, memory or a command"
        ),
    ]

    private static let ignoredServiceFields: [UnsupportedField] = [
        UnsupportedField(
            .service,
            "entrypoint",
            reason: "the engine reads an empty list as none given",
            outcome: "the image's own entry point stays",
            when: .empty
        ),
        UnsupportedField(
            .service,
            "pullPolicy",
            reason: "every node asks the registry whenever it starts an instance",
            outcome: "a node's own copy of the image is taken where the registry does not answer",
            when: .oneOf(["missing", "never"])
        ),
        UnsupportedField(
            .service,
            "platform",
            reason: "nodes tell their architecture, but not its variant",
            outcome: "the variant is ignored",
            when: .containing("/v")
        ),
        UnsupportedField(
            .service,
            "loadBalancing",
            reason: "the engine hands out connections in turn",
            when: .oneOf(["leastConnections"])
        ),
        UnsupportedField(
            .service,
            "ports[].published",
            reason: "the engine does not choose among ports",
            outcome: "every port of the range is published and leads to all instances",
            when: .containing("-")
        ),
        UnsupportedField(
            .service,
            "stopGracePeriod",
            reason: "the engine counts whole seconds",
            outcome: "it is rounded up",
            when: .containing("ms")
        ),
    ]

    private static let networkFields: [UnsupportedField] = [
        UnsupportedField(
            .network,
            "driver",
            reason: "such a network is one node's own, and services are not let onto it",
            isError: true,
            when: .oneOf(["bridge", "host", "none", "null", "macvlan", "ipvlan"]),
            help: "remove it: an overlay network reaches every node"
        ),
        UnsupportedField(
            .network,
            "ipv6",
            reason: "the cluster hands out addresses of IPv4 only",
            outcome: "instances get no IPv6 address on it"
        ),
    ]

    /// What the engine is too old for.
    private static func newerFields(_ version: EngineVersion) -> [UnsupportedField] {
        let needs = { (needed: EngineVersion) in
            "it needs version \(needed) of the engine's API, and there is \(version)"
        }
        var fields: [UnsupportedField] = []
        if version < .subpath {
            fields.append(refused("mounts[].options.subpath", needs(.subpath), when: .present, help: upgrade))
        }
        guard version < .startInterval else { return fields }
        fields += [
            UnsupportedField(
                .service,
                "healthcheck.startInterval",
                reason: needs(.startInterval),
                outcome: "`interval` holds during the start period too"
            ),
            refused(
                "securityOptions[]",
                needs(.startInterval),
                when: .noneOf(["label=*", "label:*", "no-new-privileges:false", "no-new-privileges=false"]),
                help: upgrade
            ),
        ]
        return fields
    }

    private static let upgrade = "upgrade the engines, or remove it"

    private static func refused(
        _ path: String,
        _ reason: String,
        when condition: FieldCondition = .written,
        help: String? = nil
    ) -> UnsupportedField {
        UnsupportedField(.service, path, reason: reason, isError: true, when: condition, help: help)
    }
}
