import ResourceModel

/// A secret as its manifest says it.
struct SecretDraft: ManifestRecord {
    var file: String?
    var environment: String?
    var generate: GenerateDraft?
    var age: String?
    var external = false
    var name: String?
    var labels: SortedMap<String> = [:]
    var protect = false

    static let table = FieldTable<SecretDraft>(
        "Secret",
        "Bytes that nobody but the instances sees; exactly one of file, environment, generate, age and external.",
        exactlyOne: ["file", "environment", "generate", "age", "external"],
        [
            .value(
                FieldInfo(
                    "file",
                    "A file that holds the bytes, relative to the manifest's folder and inside the project's.",
                    .text(.path),
                    nil,
                    "secrets/db.txt"
                ),
                { $1.rawText($0) },
                { $0.file = $1 }
            ),
            .value(
                FieldInfo(
                    "environment",
                    "The environment variable, of whoever applies, that holds the bytes.",
                    .text(.any),
                    nil,
                    "DB_PASSWORD"
                ),
                { $1.rawText($0) },
                { $0.environment = $1 }
            ),
            .record("generate", "Random characters, made once.", GenerateDraft.self, example: "{length: 32}") {
                $1(&$0.generate)
            },
            .value(
                FieldInfo(
                    "age",
                    "A file in the age format, relative to the manifest's folder and inside the project's.",
                    .text(.path),
                    nil,
                    "secrets/db.age"
                ),
                { $1.rawText($0) },
                { $0.age = $1 }
            ),
            .flag("external", "Whether somebody else owns the secret.") { $0.external = $1 ?? false },
            .text("name", "The name outside the project, for an external secret.", example: "shop_db_password") {
                $0.name = $1
            },
            .map("labels", "Labels of the secret in the cluster.", example: "{team: shop}") { $1(&$0.labels) },
            .flag("protect", "Whether the resource is never deleted or replaced, even when its manifest is gone.") {
                $0.protect = $1 ?? false
            },
        ]
    )
}

/// How a secret is made up.
struct GenerateDraft: ManifestRecord {
    var length = 32
    var charset = "alphanumeric"
    var rotation = 0

    static let table = FieldTable<GenerateDraft>(
        "generate",
        "Random characters, made once when the secret is created.",
        [
            .integer("length", "How many characters.", 8...4096, default: "32", example: "32") { $0.length = $1 ?? 32 },
            .text(
                "charset",
                "alphanumeric, letters, digits, hex, printable, or the characters themselves.",
                default: "alphanumeric",
                example: "hex"
            ) { $0.charset = $1 ?? "alphanumeric" },
            .integer(
                "rotation",
                "A number to raise when a new secret is wanted.",
                0 ... .max,
                default: "0",
                example: "1"
            ) {
                $0.rotation = $1 ?? 0
            },
        ]
    )
}

/// A config as its manifest says it.
struct ConfigDraft: ManifestRecord {
    var external = false
    var name: String?
    var file: String?
    var environment: String?
    var content: String?
    var labels: SortedMap<String> = [:]
    var protect = false

    static let table = FieldTable<ConfigDraft>(
        "Config",
        "Bytes that instances get as a file; exactly one of file, content, environment and external.",
        exactlyOne: ["file", "content", "environment", "external"],
        [
            .flag("external", "Whether somebody else owns the config.") { $0.external = $1 ?? false },
            .text("name", "The name outside the project, for an external config.", example: "shop_nginx") {
                $0.name = $1
            },
            .text(
                "file",
                "A file that holds the content, relative to the manifest's folder and inside the project's.",
                .path,
                example: "nginx.conf"
            ) {
                $0.file = $1
            },
            .text(
                "environment",
                "The environment variable, of whoever compiles, that holds the content.",
                example: "MOTD"
            ) {
                $0.environment = $1
            },
            .text("content", "The content itself.", example: "\"hello\"") { $0.content = $1 },
            .map("labels", "Labels of the config in the cluster.", example: "{team: shop}") { $1(&$0.labels) },
            .flag("protect", "Whether the resource is never deleted or replaced, even when its manifest is gone.") {
                $0.protect = $1 ?? false
            },
        ]
    )
}
