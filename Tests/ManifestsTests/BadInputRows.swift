import Testing

@testable import Manifests

/// One row of the table of bad input: what is read, and what has to come of it.
struct BadInputRow: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        /// Errors, and no desired state.
        case refused
        /// Warnings, and a desired state.
        case told
        /// Not a word.
        case accepted
    }

    /// The row, and the name of its file in `BadInput/rows`.
    var name: String
    var outcome: Outcome = .refused
    var files: [String: String] = [:]
    var change: @Sendable (inout MemoryFiles, inout CompileRequest) -> Void = { _, _ in }

    var testDescription: String { name }

    /// What is below `spec` of a service with an image, in one file for each text.
    static func spec(_ name: String, _ outcome: Outcome = .refused, _ texts: String...) -> BadInputRow {
        row(name, outcome, texts.map { service("web", "image: app:1\n" + $0) })
    }

    /// Whole files.
    static func text(_ name: String, _ outcome: Outcome = .refused, _ texts: String...) -> BadInputRow {
        row(name, outcome, texts)
    }

    /// A secret from the file `token`, which is as `change` makes it.
    static func secret(
        _ name: String,
        _ outcome: Outcome = .refused,
        _ change: @escaping @Sendable (inout MemoryFiles) -> Void
    ) -> BadInputRow {
        let text = "apiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: token}\nspec: {file: token}\n"
        return BadInputRow(name: name, outcome: outcome, files: ["a.yaml": text]) { files, _ in change(&files) }
    }

    private static func row(_ name: String, _ outcome: Outcome, _ texts: [String]) -> BadInputRow {
        let names = ["a", "b", "c", "d"]
        var files: [String: String] = [:]
        // Each name once: several files must not clash over it.
        for (index, text) in texts.enumerated() {
            files["\(names[index]).yaml"] = text.replacing("name: web", with: "name: web-\(names[index])")
        }
        return BadInputRow(name: name, outcome: outcome, files: files)
    }
}

extension BadInputRow {
    /// Rows whose file is one of the older ones in `BadInput`, or among the findings of lint.
    static let elsewhere: [Int: String] = [
        1: "01-empty", 2: "02-only-comments", 3: "03-scalar", 4: "04-list", 5: "05-duplicate-resource",
        9: "09-nested-value", 18: "52-names", 21: "52-names", 39: "39-modes", 40: "38-types", 42: "38-types",
        43: "43-integers",
        44: "43-integers", 46: "46-numbers", 47: "46-numbers", 48: "38-types", 49: "49-unknown-fields",
        50: "50-missing", 51: "51-kind-and-version", 52: "52-names", 53: "53-cycle", 54: "54-references",
        55: "55-ports-twice", 56: "56-ports", 57: "57-mounts", 58: "58-subnets", 59: "59-outside", 64: "64-sources",
        65: "65-variables", 66: "65-variables", 68: "68-secret-variable", 70: "lint OP5001", 71: "71-images",
        73: "lint OP5043", 74: "74-scale", 75: "75-healthcheck", 76: "46-numbers",
    ]

    static let all = syntax + characters + bombs + keys + values + sources + files
}

extension BadInputRow {
    private static let syntax: [BadInputRow] = [
        .text("06-unclosed-quote", .refused, service("web", "image: \"app:1")),
        .spec("07-unclosed-list", .refused, "command: [sh, -c"),
        .spec("08-tab", .refused, "resources:\n\tlimits: {cpus: 1}"),
        .text(
            "10-reserved-characters",
            .refused,
            service("web", "image: @app"),
            service("web", "image: `app`"),
            service("web", "image: %app"),
            service("web", "image: *")
        ),
        .text("11-template", .refused, service("web", "image: {{ image }}")),
        .text("23-version", .refused, "%YAML 9.9\n" + service()),
        .text(
            "24-tags",
            .refused,
            service("web", "image: !!python/object:os.system app:1"),
            service("web", "image: !foo app:1")
        ),
        .spec("25-tagged-values", .refused, "replicas: !!int \"x\"", "user: !!binary \"@@@\"", "replicas: !!str 3"),
        .spec("26-aliases", .refused, "networks: *nope", "command: &a [*a]"),
    ]

    private static let characters: [BadInputRow] = [
        .text("12-byte-order-mark", .accepted, "\u{FEFF}" + service("web", "image: app:1")),
        BadInputRow(name: "13-utf-16", files: ["a.yaml": "", "b.yaml": ""]) { files, _ in
            let text = Array("kind: Service\n".utf8)
            files.raw["/p/manifests/a.yaml"] = [0xFF, 0xFE] + text.flatMap { [$0, 0] }
            files.raw["/p/manifests/b.yaml"] = [0xFE, 0xFF] + text.flatMap { [0, $0] }
        },
        BadInputRow(name: "14-bad-utf-8", files: ["a.yaml": "", "b.yaml": "", "c.yaml": ""]) { files, _ in
            let head = Array("kind: Service # ".utf8)
            files.raw["/p/manifests/a.yaml"] = head + [0xFF, 0x0A]
            files.raw["/p/manifests/b.yaml"] = head + [0xC0, 0xAF, 0x0A]
            files.raw["/p/manifests/c.yaml"] = head + [0xED, 0xA0, 0x80, 0x0A]
        },
        .text(
            "15-carriage-returns",
            .refused,
            service("web", "image: app:1\nreplcias: 3\nports: [0]").replacing("\n", with: "\r\n")
        ),
        .spec("16-line-separators", .told, "labels: {a: \"x\u{85}y\"}", "labels: {a: \"x\u{2028}y\"}"),
        .spec("17-control-characters", .refused, "user: a\u{1B}b", "user: a\u{0}b", "user: a\u{7F}b"),
        .spec("19-zero-bytes", .refused, #"command: [a, "b\0c"]"#, #"environment: {A: "b\0c"}"#),
        .spec("20-hidden-characters", .refused, "user: a\u{202E}b", "user: a\u{200B}b"),
        .spec("22-equal-looking-keys", .refused, "labels:\n  caf\u{E9}: a\n  cafe\u{301}: b"),
    ]

    private static let bombs: [BadInputRow] = [
        .text("27-laughs", .refused, laughs + "x: *h\n"),
        .text("28-laughs-as-a-key", .refused, laughs + "? *h\n: x\n"),
        .text("29-merged-laughs", .refused, merges),
        .text(
            "30-depth",
            .refused,
            "a: " + String(repeating: "[", count: 80) + String(repeating: "]", count: 80) + "\n",
            (0..<100).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        ),
        .spec("31-long-value", .refused, "user: " + String(repeating: "a", count: 1 << 20 + 1)),
        .spec("32-many-keys", .refused, "labels:\n" + (0...10_000).map { "  k\($0): x\n" }.joined()),
        .spec("33-long-key", .refused, "labels:\n  " + String(repeating: "k", count: 2000) + ": x"),
    ]

    private static let laughs: String = {
        let names = "abcdefgh".map(String.init)
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (before, name) in zip(names, names.dropFirst()) {
            text += "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 9).joined(separator: ", ") + "]\n"
        }
        return text
    }()

    private static let merges: String = {
        var text = "m0: &m0 {k: v}\n"
        for level in 1...9 {
            let list = Array(repeating: "*m\(level - 1)", count: 9).joined(separator: ", ")
            text += "m\(level): &m\(level) {<<: [\(list)], k\(level): v}\n"
        }
        return text
    }()

    private static let keys: [BadInputRow] = [
        .spec(
            "34-keys-that-are-no-text",
            .refused,
            "labels: {? [a, b] : c}",
            "labels:\n  ? {a: b}\n  : c",
            "labels: {~: c}"
        ),
        .spec("35-key-twice", .refused, "replicas: 1\nreplicas: 2"),
        .text("36-merged-twice", .refused, "a: &a {x: 1}\nb: &b {y: 1}\nc:\n  <<: *a\n  <<: *b\n"),
        .spec("37-yes-and-yes", .refused, "labels:\n  yes: a\n  \"yes\": b"),
        .spec("83-other-names", .refused, "stop_grace_period: 10s\nenv: {A: b}"),
    ]

    private static let values: [BadInputRow] = [
        .spec("38-ports-that-look-like-times", .accepted, "ports: [22:22]"),
        .spec("41-numbers-as-text", .accepted, "environment: {TAG: 1.20, SIZE: 1e3}"),
        .text("45-nothing", .refused, service("web", "image: ~\nreplicas:")),
        BadInputRow(
            name: "69-structure-in-a-variable",
            outcome: .accepted,
            files: ["a.yaml": service("web", "image: app:1\nenvironment: {A: \"${X}\"}")]
        ) { _, request in
            request.variables = VariableResolver([.init("--var", ["X": "a\nprivileged: true"])])
        },
        .spec("72-no-shell", .accepted, "command: \"x; rm -rf /\""),
        .text(
            "84-many-faults",
            .refused,
            (0..<60).map { service("web-\($0)", "image: app:1\nreplcias: 3") }.joined()
        ),
    ]

    private static let sources: [BadInputRow] = [
        .secret("60-link-to-elsewhere") {
            $0.files["/etc/shadow"] = "root:x"
            $0.links["/p/manifests/token"] = "/etc/shadow"
        },
        .secret("61-no-file") { $0.special.insert("/p/manifests/token") },
        .secret("61-directory") { $0.files["/p/manifests/token/x.txt"] = "" },
        .secret("62-large") { $0.files["/p/manifests/token"] = String(repeating: "x", count: 600_000) },
        .secret("62-empty") { $0.files["/p/manifests/token"] = "" },
        .secret("63-readable-by-all", .told) {
            $0.files["/p/manifests/token"] = "x"
            $0.modes["/p/manifests/token"] = 0o644
        },
        .secret("67-dollars", .accepted) { $0.files["/p/manifests/token"] = "P@$$w0rd" },
    ]

    private static let files: [BadInputRow] = [
        BadInputRow(name: "77-no-manifests", files: ["notes.txt": ""]),
        BadInputRow(name: "78-unreadable", files: ["a.yaml": service("web", "image: app:1"), "b.yaml": ""]) {
            files,
            _ in
            files.unreadable = ["/p/manifests/b.yaml"]
        },
        BadInputRow(name: "79-file-twice", files: ["a.yaml": service("web", "image: app:1")]) { files, _ in
            files.links = ["/p/manifests/b.yaml": "/p/manifests/a.yaml"]
        },
        BadInputRow(name: "80-strange-names", files: ["-rf\u{1B}[31m\n.yaml": service("web", "image: app:1\nx: 1")]),
        BadInputRow(name: "81-empty-input") { files, request in
            files.files["/p/manifests/x"] = ""
            request.paths = ["-"]
        },
        BadInputRow(
            name: "82-json",
            outcome: .accepted,
            files: [
                "a.json": #"{"apiVersion": "orchplan/v1", "kind": "Volume", "metadata": {"name": "j"}, "spec": {}}"#
            ]
        ) { $1.paths = ["/p/manifests/a.json"] },
        BadInputRow(
            name: "82-json-keys-twice",
            files: ["a.json": #"{"apiVersion": "orchplan/v1", "kind": "Volume", "kind": "Config"}"#]
        ) { $1.paths = ["/p/manifests/a.json"] },
    ]
}
