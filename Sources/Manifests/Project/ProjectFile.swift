import SourceDiagnostics
import YAMLDocuments

/// The project file `orchplan.yaml`, as written.
package struct ProjectFile: Sendable, ManifestRecord {
    package var project: String?
    package var manifests: [String]?
    package var driver: DriverSetting?
    package var state: String?
    package var variables: [String: String] = [:]
    package var environments: [String: ProjectEnvironment] = [:]
    package var lint: LintSettings?
    package var policy: String?

    package init() {}

    static let table = FieldTable<ProjectFile>(
        "project file",
        "What belongs together, and how it is compiled and applied.",
        [
            FieldRow(
                info: FieldInfo(
                    "project",
                    "The name of the project, which owns its resources.",
                    .text(.name),
                    "the directory's name; none with the driver swarm",
                    "shop"
                ),
                decode: { $0.project = $2.resourceName($1) },
                reset: { $0.project = nil }
            ),
            .texts(
                "manifests",
                "Files and directories with manifests, below the project's directory.",
                .path,
                example: "[manifests]"
            ) {
                $0.manifests = $1
            },
            driver { $0.driver = $1 },
            .text(
                "state",
                "The file of the recorded state; environments have files of their own.",
                .path,
                default: ".orchplan/state.db",
                example: ".orchplan/state.db"
            ) {
                $0.state = $1
            },
            variables { $0.variables = $1 ?? [:] },
            .merging(
                FieldInfo(
                    "environments",
                    "Settings that differ from one environment to another.",
                    .map(.record { ProjectEnvironment.table.info }),
                    "{}",
                    "{production: {overlays: [overlays/production]}}"
                ),
                merge: { project, node, decoder in
                    // They become parts of paths.
                    for pair in node.pairs { _ = decoder.resourceName(pair.key) }
                    project.environments = decoder.records(node)
                },
                reset: { $0.environments = [:] }
            ),
            .record(
                "lint",
                "Which lint rules run, how bad their findings are, and which of them are known.",
                LintSettings.self,
                example: "{rules: {image-tag: error}}"
            ) {
                $1(&$0.lint)
            },
            .text(
                "policy",
                "A file that says what may be applied at all; see docs/policy.md.",
                .path,
                example: "policy.yaml"
            ) {
                $0.policy = $1
            },
        ]
    )

    static func driver<Root>(_ set: @escaping FieldRow<Root>.Setter<DriverSetting>) -> FieldRow<Root> {
        .value(
            FieldInfo(
                "driver",
                "What talks to the cluster: a name, or a name and its settings.",
                .anyOf([.choice(DriverSetting.names), .record { DriverSetting.table.info }]),
                "local",
                "local"
            ),
            { $1.driver($0) },
            set
        )
    }

    static func variables<Root>(_ set: @escaping FieldRow<Root>.Setter<[String: String]>) -> FieldRow<Root> {
        .value(
            FieldInfo(
                "variables",
                "Variables that manifests may name.",
                .map(.text(.any)),
                "{}",
                "{HTTP_PORT: \"8080\"}"
            ),
            { node, decoder in
                var map: SortedStrings = [:]
                decoder.map(node, into: &map)
                return Dictionary(map.entries.map { ($0.key, $0.value) }) { $1 }
            },
            set
        )
    }
}

/// The settings of one environment.
package struct ProjectEnvironment: Sendable, ManifestRecord {
    package var driver: DriverSetting?
    package var state: String?
    package var variables: [String: String] = [:]
    package var overlays: [String] = []

    package init() {}

    static let table = FieldTable<ProjectEnvironment>(
        "environment",
        "Settings of one environment, which win over those of the project.",
        [
            ProjectFile.driver { $0.driver = $1 },
            .text(
                "state",
                "The file of the recorded state, which no other environment has.",
                .path,
                default: ".orchplan/environments/NAME/state.db",
                example: ".orchplan/production.db"
            ) {
                $0.state = $1
            },
            ProjectFile.variables { $0.variables = $1 ?? [:] },
            .texts("overlays", "Files and directories with partial manifests.", .path, example: "[overlays/production]")
            {
                $0.overlays = $1 ?? []
            },
        ]
    )
}
