import SourceDiagnostics

/// Converts one service: a table says which key of Compose becomes what.
struct ServiceConverter {
    let name: String
    let stack: StackConverter
    var log: ConversionLog
    /// The fields of the manifest, in any order.
    var fields: [String: ManifestEntry] = [:]
    var usesDefaultNetwork = false
    /// The whole service, for keys that decide together.
    var definition = ComposeNode(.null, SourceRange(file: SourceID(0), start: 0, end: 0))

    var owner: String { "service/\(name)" }
    var isSwarm: Bool { stack.isSwarm }

    init(name: String, stack: StackConverter, log: ConversionLog) {
        self.name = name
        self.stack = stack
        self.log = log
    }

    /// The manifest of the service.
    mutating func document(_ entry: ComposeEntry, _ definition: ComposeNode) -> ManifestDocument {
        self.definition = definition
        let start = log.losses.count
        for field in definition.entries ?? [] { convert(field) }
        if fields["ports"] == nil, let expose = definition.entries?.first(where: { $0.key == "expose" }) {
            set("ports", .list(exposed(besides: [])), expose.keyRange)
        }
        requireImage(entry)
        if definition["networks"]?.isNull ?? true { attachDefaultNetwork(entry) }
        let spec = Self.order.compactMap { fields[$0] }
        let losses = ConversionLoss.comments(log.losses[start...])
        return ManifestDocument(
            comments: losses,
            entries: [
                ManifestEntry("apiVersion", .plain("orchplan/v1")), ManifestEntry("kind", .plain("Service")),
                ManifestEntry(
                    "metadata",
                    .map([ManifestEntry("name", .text(name), entry.keyRange)], .block),
                    entry.keyRange
                ), ManifestEntry("spec", .map(spec, .block), entry.keyRange),
            ],
            origin: entry.keyRange
        )
    }

    private mutating func convert(_ entry: ComposeEntry) {
        if entry.key.hasPrefix("x-") {
            log.leftOut(entry.key, of: owner, at: entry.keyRange, because: "it is an extension of other tools")
        } else if let convert = Self.table[entry.key] {
            if !entry.value.isNull { convert(&self, entry) }
        } else if let reason = OmittedKeys.service[entry.key] {
            leaveOut(entry, reason)
        } else {
            log.unknown(entry, in: "a service", Array(Self.table.keys).sorted() + OmittedKeys.service.keys.sorted())
        }
    }

    private mutating func leaveOut(_ entry: ComposeEntry, _ reason: OmittedKeys.Reason) {
        let isEmpty = entry.value.isNull || entry.value.text == "" || entry.value.items?.isEmpty ?? false
        if isEmpty || entry.value.text == "false" { return }
        // Without an image that is an error of its own.
        if entry.key == "build", isSwarm, definition["image"] == nil { return }
        log.leftOut(entry.key, of: owner, at: entry.keyRange, because: reason.text, help: reason.help)
    }

    /// On a swarm nothing runs without an image; a program of this machine needs none.
    private mutating func requireImage(_ entry: ComposeEntry) {
        guard fields["image"] == nil, isSwarm, !log.diagnostics.hasErrors || definition["image"] == nil else { return }
        let hasBuild = definition["build"] != nil
        log.error(
            .unconvertible,
            hasBuild
                ? "the service `\(name)` is built here and has no `image`, and a swarm only runs images"
                : "the service `\(name)` has no `image`",
            at: definition.entries?.first { $0.key == "build" }?.keyRange ?? entry.keyRange,
            help: [
                hasBuild
                    ? "add `image: REGISTRY/NAME:TAG`, and build and push it before `orchplan apply`"
                    : "add `image: NAME:TAG`; or, where the file is laid over another one, name both: "
                        + "`orchplan convert BASE.yaml OVERLAY.yaml`"
            ]
        )
    }

    /// Puts a field into the manifest.
    mutating func set(_ field: String, _ value: ManifestValue, _ origin: SourceRange) {
        if value.isEmpty { return }
        fields[field] = ManifestEntry(field, value, origin)
    }

    /// The order of the reference.
    private static let order = [
        "name", "image", "pullPolicy", "platform", "entrypoint", "command", "environment", "envFiles", "workingDir",
        "user", "groups", "hostname", "init", "tty", "stdin", "readOnly", "stopSignal", "stopGracePeriod", "labels",
        "containerLabels", "mode", "replicas", "ports", "networks", "endpointMode", "dns", "dnsSearch", "dnsOptions",
        "extraHosts", "mounts", "secrets", "configs", "healthcheck", "resources", "placement", "restart", "update",
        "rollback", "dependsOn", "logging", "capAdd", "capDrop", "securityOptions", "sysctls", "ulimits", "shmSize",
        "devices", "privileged",
    ]
}
