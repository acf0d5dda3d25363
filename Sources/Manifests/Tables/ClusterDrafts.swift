import ResourceModel

/// A network as its manifest says it.
struct NetworkDraft: ManifestRecord {
    var spec = NetworkSpec()
    var protect = false

    static let table = FieldTable<NetworkDraft>(
        "Network",
        "What services reach each other on.",
        [
            .text("name", "The name outside the project.", example: "shop_front") { $0.spec.name = $1 },
            .flag("external", "Whether somebody else owns the network.") { $0.spec.external = $1 ?? false },
            .text("driver", "The driver that makes the network.", example: "overlay") { $0.spec.driver = $1 },
            .map("driverOptions", "Options of the driver.", example: "{com.docker.network.driver.mtu: \"1400\"}") {
                $1(&$0.spec.driverOptions)
            },
            .flag("attachable", "Whether containers that no service owns may join.") { $0.spec.attachable = $1 ?? false },
            .flag("internal", "Whether nothing on it can be reached from outside.") { $0.spec.isInternal = $1 ?? false },
            .flag("encrypted", "Whether traffic between nodes is encrypted.") { $0.spec.encrypted = $1 ?? false },
            .flag("ipv6", "Whether instances get IPv6 addresses.") { $0.spec.ipv6 = $1 ?? false },
            .record("ipam", "Which addresses the network has.", IPAMSpec.self, example: "{subnets: [{subnet: 10.0.9.0/24}]}") {
                $1(&$0.spec.ipam)
            },
            .map("labels", "Labels of the network in the cluster.", example: "{team: shop}") { $1(&$0.spec.labels) },
            .flag("protect", "Whether the resource is never deleted or replaced, even when its manifest is gone.") {
                $0.protect = $1 ?? false
            },
        ]
    )
}

extension IPAMSpec: ManifestRecord {
    static let table = FieldTable<IPAMSpec>(
        "address management",
        "Which addresses a network has.",
        [
            .text("driver", "The driver that gives out addresses.", example: "default") { $0.driver = $1 },
            .merging(
                FieldInfo(
                    "subnets",
                    "The address ranges.",
                    .list(.record { SubnetSpec.table.info }),
                    "[]",
                    "[{subnet: 10.0.9.0/24}]"
                ),
                merge: { ipam, node, decoder in
                    decoder.named(node, "ipam.subnets", into: &ipam.subnets, key: \.subnet, fresh: SubnetSpec.init) {
                        $0.item($1, into: &$2)
                    }
                },
                reset: { $0.subnets = [] }
            ),
        ]
    )
}

extension SubnetSpec: ManifestRecord {
    static let table = FieldTable<SubnetSpec>(
        "subnet",
        "One address range of a network.",
        [
            .text("subnet", "The range.", .subnet, example: "10.0.9.0/24", required: true) { $0.subnet = $1 ?? "" },
            .text("gateway", "The address of the gateway.", .address, example: "10.0.9.1") { $0.gateway = $1 },
            .text("range", "The part of the range that addresses are given out from.", .subnet, example: "10.0.9.128/25") {
                $0.range = $1
            },
        ]
    )
}

/// A volume as its manifest says it.
struct VolumeDraft: ManifestRecord {
    var spec = VolumeSpec()
    var protect = false

    static let table = FieldTable<VolumeDraft>(
        "Volume",
        "Storage that outlives instances.",
        [
            .text("name", "The name outside the project.", example: "shop_data") { $0.spec.name = $1 },
            .flag("external", "Whether somebody else owns the volume.") { $0.spec.external = $1 ?? false },
            .text("driver", "The driver that makes the volume.", example: "local") { $0.spec.driver = $1 },
            .map("driverOptions", "Options of the driver.", example: "{type: nfs}") { $1(&$0.spec.driverOptions) },
            .map("labels", "Labels of the volume in the cluster.", example: "{team: shop}") { $1(&$0.spec.labels) },
            .flag("protect", "Whether the resource is never deleted or replaced, even when its manifest is gone.") {
                $0.protect = $1 ?? false
            },
        ]
    )
}
