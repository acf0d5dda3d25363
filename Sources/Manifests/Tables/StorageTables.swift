import ResourceModel

extension MountSpec: ManifestRecord {
    static let table = FieldTable<MountSpec>(
        "mount",
        "Something that is mounted into every instance.",
        [
            .choice("type", "What is mounted.", default: .volume) { $0.type = $1 ?? .volume },
            .text(
                "source",
                "The name of a Volume; for a bind a directory of the host, relative to the manifest's folder.",
                example: "data"
            ) {
                $0.source = $1
            },
            .text("target", "The path inside the instances.", .absolutePath, example: "/var/lib/data", required: true) {
                $0.target = $1 ?? ""
            },
            .flag("readOnly", "Whether instances cannot write to it.") { $0.readOnly = $1 ?? false },
            .map("options", "Options of the mount, such as size for a tmpfs.", example: "{size: 64MiB}") {
                $1(&$0.options)
            },
        ]
    )
}

extension FileReference: ManifestRecord {
    static let table = FieldTable<FileReference>(
        "file reference",
        "A secret or config as a file inside the instances.",
        [
            .text("source", "The name of the Secret or Config.", .name, example: "db-password", required: true) {
                $0.source = $1 ?? ""
            },
            .text("target", "The path inside the instances.", .path, example: "/run/secrets/db") { $0.target = $1 },
            .text("uid", "The owner of the file.", .owner, example: "\"1000\"") { $0.uid = $1 },
            .text("gid", "The group of the file.", .owner, example: "\"1000\"") { $0.gid = $1 },
            .mode("mode", "The permission bits of the file.") { $0.mode = $1 },
        ]
    )
}

extension LoggingSpec: ManifestRecord {
    static let table = FieldTable<LoggingSpec>(
        "logging",
        "Where an instance's output goes.",
        [
            .text("driver", "The driver that takes the output.", example: "json-file") { $0.driver = $1 },
            .map("options", "Options of the driver.", example: "{max-size: 10m}") { $1(&$0.options) },
        ]
    )
}

extension Ulimit: ManifestRecord {
    static let table = FieldTable<Ulimit>(
        "ulimit",
        "A limit that the kernel puts on a process; -1: unlimited.",
        [
            .integer("soft", "The limit that holds.", -1 ... .max, example: "1024", required: true) {
                $0.soft = $1 ?? 0
            },
            .integer(
                "hard",
                "The limit that a process can raise its own to.",
                -1 ... .max,
                example: "4096",
                required: true
            ) {
                $0.hard = $1 ?? 0
            },
        ]
    )
}
