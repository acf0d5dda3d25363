import ResourceModel
import SourceDiagnostics

/// A policy file, as written: what may be applied at all.
///
/// A section that is not there allows everything; an empty list allows nothing.
package struct PolicyFile: Sendable, ManifestRecord {
    /// Fields that no manifest may set: `service.privileged`.
    package var fields: [String] = []
    package var images: ImagePolicy?
    package var ports: PortPolicy?
    /// Patterns of paths of the node; nil: all.
    package var hostPaths: [String]?
    package var secrets: SecretPolicy?
    /// Actions, alone or behind a kind: `delete`, `service.replace`.
    package var actions: [String] = []
    /// Whether services may ask for more than an ordinary process has.
    package var privileges = true

    package init() {}

    /// Whether the policy lets everything pass, which nobody writes a file for.
    package var forbidsNothing: Bool {
        fields.isEmpty && actions.isEmpty && privileges && hostPaths == nil && secrets?.sources == nil
            && (images.map { $0.allow == nil && $0.forbid.isEmpty && !$0.pinned } ?? true)
            && (ports.map { $0.allow == nil && $0.addresses == nil } ?? true)
    }

    static let table = FieldTable<PolicyFile>(
        "policy",
        "What may be applied; a section that is not there allows everything.",
        [
            .record("fields", "Fields that no manifest may set.", FieldPolicy.self) {
                var list: FieldPolicy?
                $1(&list)
                $0.fields = list?.items ?? []
            },
            .value(
                FieldInfo(
                    "privileges",
                    "Whether services may ask for more than an ordinary process has: privileged mode, capabilities, devices,"
                        + " security options, kernel parameters.",
                    .bool,
                    "true",
                    "false"
                ),
                { $1.bool($0) },
                { $0.privileges = $1 ?? true }
            ),
            .record("images", "Which images may run.", ImagePolicy.self) { $1(&$0.images) },
            .record("ports", "Which ports may be published, and where.", PortPolicy.self) { $1(&$0.ports) },
            .record("hostPaths", "Which directories and devices of the node may be used.", HostPathPolicy.self) {
                var paths: HostPathPolicy?
                $1(&paths)
                $0.hostPaths = paths?.items
            },
            .record("secrets", "Where the bytes of secrets may come from.", SecretPolicy.self) { $1(&$0.secrets) },
            .record("actions", "What a plan may not do.", ActionPolicy.self) {
                var actions: ActionPolicy?
                $1(&actions)
                $0.actions = actions?.items ?? []
            },
        ]
    )
}

/// Fields that no manifest may set.
struct FieldPolicy: Sendable, ManifestRecord {
    var items: [String] = []

    static let table = FieldTable<FieldPolicy>(
        "field policy",
        "Fields that no manifest may set.",
        [
            .value(
                FieldInfo(
                    "forbid",
                    "Paths of fields, as `orchplan explain` names them.",
                    .list(.text(.any)),
                    "[]",
                    "[service.sysctls, volume.driverOptions]"
                ),
                { $1.fieldPaths($0) },
                { $0.items = $1 ?? [] }
            )
        ]
    )
}

/// Which images may run.
package struct ImagePolicy: Sendable, ManifestRecord {
    /// Nil: all.
    package var allow: [String]?
    package var forbid: [String] = []
    /// Whether every image must name its digest.
    package var pinned = false

    package init() {}

    static let table = FieldTable<ImagePolicy>(
        "image policy",
        "Which images may run: names in full or short, `*` for a part of one step, `**` for any steps.",
        [
            .patterns("allow", "Images that may run; none other may.", example: "[registry.example.com/**]") {
                $1.imagePatterns($0)
            } set: {
                $0.allow = $1
            },
            .patterns("forbid", "Images that may not run, although they are allowed above.", example: "[\"**:latest\"]")
            {
                $1.imagePatterns($0)
            } set: {
                $0.forbid = $1 ?? []
            },
            .flag("pinned", "Whether every image must name its digest.") { $0.pinned = $1 ?? false },
        ]
    )
}

/// Which ports may be published.
package struct PortPolicy: Sendable, ManifestRecord {
    /// Nil: all.
    package var allow: [PortRange]?
    /// The host addresses that they may listen on; nil: all.
    package var addresses: [String]?

    package init() {}

    static let table = FieldTable<PortPolicy>(
        "port policy",
        "Which ports may be published, and where.",
        [
            .value(
                FieldInfo(
                    "allow",
                    "Ports and ranges that may be published.",
                    .list(.portRange),
                    nil,
                    "[\"8000-8999\"]"
                ),
                { $1.portRanges($0) },
                { $0.allow = $1 }
            ),
            .texts(
                "addresses",
                "Host addresses that ports may listen on; those of a swarm listen on 0.0.0.0, which is all of them.",
                .address,
                example: "[127.0.0.1]"
            ) {
                $0.addresses = $1
            },
        ]
    )
}

/// Which paths of the node may be used.
struct HostPathPolicy: Sendable, ManifestRecord {
    var items: [String] = []

    static let table = FieldTable<HostPathPolicy>(
        "host path policy",
        "Which directories and devices of the node may be used.",
        [
            .patterns(
                "allow",
                "Absolute paths, `*` for a part of one step, `**` for any steps below.",
                example: "[/srv/shop/**]"
            ) {
                $1.pathPatterns($0)
            } set: {
                $0.items = $1 ?? []
            }
        ]
    )
}

/// Where the bytes of secrets may come from.
package struct SecretPolicy: Sendable, ManifestRecord {
    /// Nil: from anywhere.
    package var sources: [String]?

    package init() {}

    static let table = FieldTable<SecretPolicy>(
        "secret policy",
        "Where the bytes of secrets may come from.",
        [
            .value(
                FieldInfo(
                    "sources",
                    "Sources that secrets may have.",
                    .list(.choice(SecretPolicy.known)),
                    nil,
                    "[age, external]"
                ),
                { $1.words($0, SecretPolicy.known) },
                { $0.sources = $1 }
            )
        ]
    )

    private static let known = ["file", "environment", "generate", "age", "external"]
}

/// What a plan may not do.
struct ActionPolicy: Sendable, ManifestRecord {
    var items: [String] = []

    static let table = FieldTable<ActionPolicy>(
        "action policy",
        "What a plan may not do.",
        [
            .value(
                FieldInfo(
                    "forbid",
                    "Actions, alone or for one kind only.",
                    .list(.choice(ActionPolicy.known)),
                    "[]",
                    "[delete, service.replace]"
                ),
                { $1.words($0, ActionPolicy.known) },
                { $0.items = $1 ?? [] }
            )
        ]
    )

    private static let actions = ["create", "update", "replace", "delete"]
    private static let known =
        actions + ResourceKind.inOrder.flatMap { kind in actions.map { "\(kind.rawValue).\($0)" } }
}
