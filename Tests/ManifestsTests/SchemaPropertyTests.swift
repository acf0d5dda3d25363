import Foundation
import ResourceModel
import SourceDiagnostics
import Testing

@testable import Manifests

@Suite("Schemas and decoder refuse the same manifests")
struct SchemaPropertyTests {
    /// What only looking at several fields, several resources or deep into a text can tell: codes, and words of them.
    private static let beyondSchemas: [(code: DiagnosticCode, words: String)] = [
        // Between resources, and about files and variables.
        (.undefinedReference, ""), (.duplicateResource, ""), (.dependencyCycle, ""), (.portClash, ""),
        (.subnetOverlap, ""), (.outsideProject, ""), (.unsetVariable, ""), (.unreadable, ""), (.missingContent, ""),
        (.outsideMount, ""),
        // Between fields, and between items of a list.
        (.conflict, ""), (.duplicateEntry, ""), (.endlessDependency, ""), (.missingField, "has no `image`"),
        (.invalidUnit, "`scale.target`"),
        // Inside of texts.
        (.invalidExpression, ""), (.invalidText, ""), (.invalidImage, ""), (.invalidPort, ""), (.invalidAddress, ""),
        (.invalidCommand, ""), (.invalidPath, "mounted on"), (.invalidPath, "does not start with"),
        (.unknownField, "`ignoreChanges` names"), (.unknownValue, "`stopSignal`"),
        (.unknownValue, "no option of a mount"), (.unknownValue, "the kernel has no capability"),
        (.invalidNumber, "of a log"), (.invalidUnit, "of a log"),
        // Names in the cluster, which depend on who owns the object; templates in those of hosts.
        (.invalidName, "outside the project"), (.invalidName, "what an external"), (.invalidName, "name of a host"),
        // Numbers that are too small in some places alone.
        (.outOfRange, "must be more than 0"), (.outOfRange, "names no program"), (.outOfRange, "is empty"),
    ]

    private static func isBeyond(_ diagnostic: Diagnostic) -> Bool {
        beyondSchemas.contains {
            $0.code == diagnostic.code && ($0.words.isEmpty || diagnostic.message.contains($0.words))
        }
    }

    struct Case {
        var text: String
        var isAccepted: Bool
        /// Whether something is wrong that no schema can tell.
        var isBeyond: Bool
        var report: String
    }

    @Test(
        "what a schema refuses the decoder refuses, and the other way round where a schema can say it",
        .enabled(if: Python.withSchemas != nil || isContinuous, "no Python with jsonschema")
    )
    func agree() async throws {
        let python = try #require(Python.withSchemas, "CI needs python3-jsonschema")
        var cases: [Case] = []
        for seed in 0..<2500 {
            var generator = ManifestGenerator(seed: UInt64(seed))
            let kind: ResourceKind = seed % 3 == 0 ? ResourceKind.inOrder[seed / 3 % 5] : .service
            var manifest = generator.manifest(kind)
            if seed % 5 != 0 { manifest = generator.changed(manifest) }
            let text = CanonicalText(manifest).text
            let result = await compile(text)
            cases.append(
                Case(
                    text: text,
                    isAccepted: !result.diagnostics.hasErrors,
                    isBeyond: result.diagnostics.contains { $0.severity == .error && Self.isBeyond($0) },
                    report: result.text
                )
            )
        }
        let verdicts = try python.verdicts(cases.map(\.text))
        try #require(verdicts.count == cases.count)
        var refused = 0
        for (one, verdict) in zip(cases, verdicts) {
            let isValid = verdict.isEmpty
            refused += isValid ? 0 : 1
            if !isValid, one.isAccepted {
                Issue.record("only the schema refuses it (\(verdict)):\n\(one.text)")
            } else if isValid, !one.isAccepted, !one.isBeyond {
                Issue.record("only the decoder refuses it:\n\(one.text)\n\(one.report)")
            }
        }
        // Both kinds of manifests are looked at.
        #expect(refused > cases.count / 5 && cases.count - refused > cases.count / 5, "\(refused) of \(cases.count)")
    }
}

private let isContinuous = ProcessInfo.processInfo.environment["CI"] == "true"

/// The system's Python, with a validator of JSON Schema that is not ours.
struct Python {
    private let path: String

    /// The first one that has the validator.
    static let withSchemas: Python? = ["python3", "/usr/bin/python3"].map { Python(path: $0) }
        .first { $0.run("-c 'import jsonschema; print(1)' 2>/dev/null") == "1\n" }

    /// For each manifest why its kind's schema refuses it; empty: it does not.
    func verdicts(_ manifests: [String]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("schemas-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in SchemaGenerator.files() {
            try file.text.write(to: folder.appendingPathComponent(file.name), atomically: true, encoding: .utf8)
        }
        try Self.script.write(to: folder.appendingPathComponent("validate.py"), atomically: true, encoding: .utf8)
        let cases = folder.appendingPathComponent("cases")
        try manifests.joined(separator: "\n").write(to: cases, atomically: true, encoding: .utf8)
        let output = run("'\(folder.path)/validate.py' '\(folder.path)'")
        return output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    private static let script = """
        import json, sys
        from jsonschema import Draft7Validator
        folder = sys.argv[1]
        schemas = {}
        for kind in ["service", "network", "volume", "secret", "config", "manifest"]:
            schema = json.load(open(f"{folder}/{kind}.json"))
            Draft7Validator.check_schema(schema)
            schemas[kind] = Draft7Validator(schema)
        for number, line in enumerate(open(f"{folder}/cases")):
            case = json.loads(line)
            kind = case.get("kind")
            one = schemas.get(kind.lower() if isinstance(kind, str) else "", schemas["manifest"])
            error = next(one.iter_errors(case), None)
            if number % 20 == 0:
                assert (error is None) == schemas["manifest"].is_valid(case), "the schemas of all kinds and of one differ"
            text = "" if error is None else "/".join(map(str, error.absolute_path)) + ": " + error.message[:200]
            print(text.replace("\\n", " "))
        """

    /// What a run printed.
    ///
    /// Foundation's own way to start programs crashes when several threads do.
    private func run(_ arguments: String) -> String {
        guard let stream = popen("\(path) \(arguments)", "r") else { return "" }
        defer { pclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
