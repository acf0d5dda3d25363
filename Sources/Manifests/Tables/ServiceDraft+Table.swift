import ResourceModel

/// The fields of a service, in the order of its canonical text.
extension ServiceDraft: ManifestRecord {
    static let table = FieldTable<ServiceDraft>(
        "Service",
        "A program that runs as one or more instances.",
        process + surroundings + policies + security + own
    )

    private static let process: [FieldRow<ServiceDraft>] = [
        .text("name", "The name outside the project; by default it is PROJECT_NAME.", example: "legacy-web") {
            $0.spec.name = $1
        },
        .text("image", "The image that instances are made of, by tag or digest.", .image, example: "nginx:1.27") {
            $0.spec.image = $1
        },
        .choice("pullPolicy", "When the image is fetched.", default: nil as PullPolicy?) { $0.spec.pullPolicy = $1 },
        .text("platform", "The platform to fetch the image for.", example: "linux/amd64") { $0.spec.platform = $1 },
        .text(
            "rootfs",
            "A directory to use as the instances' root file system in place of the host's; local driver only.",
            .path,
            example: "/srv/rootfs"
        ) { $0.spec.rootfs = $1 },
        .command("entrypoint", "What runs in place of the image's entry point.", example: "[/bin/tini, --]") {
            $0.spec.entrypoint = $1
        },
        .command(
            "command",
            "The arguments of the entry point, or the whole command.",
            example: "[/bin/server, --port, \"8080\"]"
        ) {
            $0.spec.command = $1
        },
        .merging(
            FieldInfo(
                "environment",
                "Environment variables; null passes the value of whoever compiles through.",
                .anyOf([
                    .map(.anyOf([.text(.any), .record { EnvironmentSource.table.info }, .null])),
                    .list(.text(.assignment)),
                ]),
                "{}",
                "{LOG_LEVEL: info}"
            ),
            merge: { $2.environment($1, into: &$0.spec.environment) },
            reset: { $0.spec.environment = [:] }
        ),
        .merging(
            FieldInfo(
                "envFiles",
                "Files with lines of KEY=VALUE, relative to the manifest's folder; environment wins over them.",
                .anyOf([.list(.text(.path)), .text(.path)]),
                "[]",
                "[web.env]"
            ),
            merge: { draft, node, decoder in
                if let files = node.isScalar ? decoder.text(node).map({ [$0] }) : decoder.texts(node) {
                    draft.envFiles = files
                }
            },
            reset: { $0.envFiles = [] }
        ),
        .text("workingDir", "The directory that the command starts in.", .absolutePath, example: "/srv") {
            $0.spec.workingDir = $1
        },
        .text("user", "The user, and perhaps the group, that the command runs as.", .user, example: "\"1000:1000\"") {
            $0.spec.user = $1
        },
        .texts("groups", "Further groups of the user.", example: "[video]") { $0.spec.groups = $1 ?? [] },
        .text("hostname", "The host name inside the instances.", .hostName, example: "web") { $0.spec.hostname = $1 },
        .value(
            FieldInfo("init", "Whether a small init process reaps what the command leaves behind.", .bool, nil, "true"),
            { $1.bool($0) },
            { $0.spec.initProcess = $1 }
        ),
        .flag("tty", "Whether the command gets a terminal.") { $0.spec.tty = $1 ?? false },
        .flag("stdin", "Whether standard input stays open.") { $0.spec.stdin = $1 ?? false },
        .flag("readOnly", "Whether the root file system is read-only.") { $0.spec.readOnly = $1 ?? false },
        .text("stopSignal", "The signal that asks an instance to stop.", example: "SIGTERM") {
            $0.spec.stopSignal = $1
        },
        .duration(
            "stopGracePeriod",
            "How long an instance may take to stop before it is killed.",
            default: "10s",
            example: "30s"
        ) {
            $0.spec.stopGracePeriod = $1
        },
    ]

    private static let surroundings: [FieldRow<ServiceDraft>] = [
        .map("labels", "Labels of the service in the cluster.", example: "{team: shop}") { $1(&$0.spec.labels) },
        .map("containerLabels", "Labels of every instance.", example: "{team: shop}") { $1(&$0.spec.containerLabels) },
        .choice("mode", "How many instances there are, and whether they run on or to an end.", default: .replicated) {
            $0.spec.mode = $1 ?? .replicated
        },
        .integer("replicas", "How many instances run.", 0...100_000, default: "1", example: "3") {
            $0.spec.replicas = $1 ?? 1
        },
        .record("scale", "How the number of instances follows the load.", ScalePolicy.self) { $1(&$0.spec.scale) },
        .merging(
            FieldInfo(
                "ports",
                "The ports that the service offers, and which of them are published on hosts.",
                .list(.anyOf([.record { PortSpec.table.info }, .text(.port), .integer(1...65535)])),
                "[]",
                "[{target: 80, published: 8080}]"
            ),
            merge: { $2.ports($1, into: &$0.spec.ports) },
            reset: { $0.spec.ports = [] }
        ),
        .merging(
            FieldInfo(
                "networks",
                "The networks that the service is on.",
                .list(.anyOf([.text(.name), .record { NetworkAttachment.table.info }])),
                "[]",
                "[front]"
            ),
            merge: { draft, node, decoder in
                decoder.named(
                    node,
                    "networks",
                    into: &draft.spec.networks,
                    key: \.network,
                    fresh: NetworkAttachment.init
                ) { $0.nameOrRecord($1, into: &$2) { $0.network = $1 } }
            },
            reset: { $0.spec.networks = [] }
        ),
        .choice(
            "endpointMode",
            "Whether the service's name leads to one address or to those of its instances.",
            default: nil as EndpointMode?
        ) {
            $0.spec.endpointMode = $1
        },
        .choice(
            "loadBalancing",
            "How new connections are spread over the healthy instances; in turn unless said otherwise.",
            default: nil as LoadBalancing?
        ) {
            $0.spec.loadBalancing = $1
        },
        .texts("dns", "Name servers of the instances.", .address, example: "[10.0.0.2]") { $0.spec.dns = $1 ?? [] },
        .texts("dnsSearch", "Search domains of the instances.", example: "[example.com]") {
            $0.spec.dnsSearch = $1 ?? []
        },
        .texts("dnsOptions", "Options of the instances' resolver.", example: "[ndots:2]") {
            $0.spec.dnsOptions = $1 ?? []
        },
        .texts("extraHosts", "Further names, as NAME:ADDRESS.", .host, example: "[db.example.com:10.0.0.7]") {
            $0.spec.extraHosts = $1 ?? []
        },
        .merging(
            FieldInfo(
                "mounts",
                "Volumes, directories of the host and temporary file systems inside the instances.",
                .list(.anyOf([.record { MountSpec.table.info }, .text(.mount)])),
                "[]",
                "[\"data:/var/lib/data\"]"
            ),
            merge: { draft, node, decoder in
                decoder.named(node, "mounts", into: &draft.spec.mounts, key: \.target, fresh: MountSpec.init) {
                    $0.mount($1, into: &$2)
                }
            },
            reset: { $0.spec.mounts = [] }
        ),
        .merging(
            FieldInfo(
                "secrets",
                "The secrets that the instances get as files.",
                .list(.anyOf([.text(.name), .record { FileReference.table.info }])),
                "[]",
                "[db-password]"
            ),
            merge: { draft, node, decoder in
                decoder.named(node, "secrets", into: &draft.spec.secrets, key: \.source, fresh: FileReference.init) {
                    $0.nameOrRecord($1, into: &$2) { $0.source = $1 }
                }
            },
            reset: { $0.spec.secrets = [] }
        ),
        .merging(
            FieldInfo(
                "configs",
                "The configs that the instances get as files.",
                .list(.anyOf([.text(.name), .record { FileReference.table.info }])),
                "[]",
                "[{source: nginx-conf, target: /etc/nginx/nginx.conf}]"
            ),
            merge: { draft, node, decoder in
                decoder.named(node, "configs", into: &draft.spec.configs, key: \.source, fresh: FileReference.init) {
                    $0.nameOrRecord($1, into: &$2) { $0.source = $1 }
                }
            },
            reset: { $0.spec.configs = [] }
        ),
    ]
}
