import Manifests
import ResourceModel
import SourceDiagnostics

/// Converts a stack: what stands at the top of its files, and the services one by one.
struct StackConverter {
    let request: ConversionRequest
    let file: ComposeFile
    let sources: SourceMap
    var log = ConversionLog()

    private(set) var project = ""
    private(set) var driver = ""
    private(set) var driverReason: String?
    private(set) var extensions = 0
    /// Services that belong to a profile which was not asked for.
    private(set) var omitted: Set<String> = []
    /// By the service's name, in its order in the file.
    private(set) var services: [(name: String, document: ManifestDocument)] = []
    /// By the name of the file that holds them.
    private(set) var sections: [(name: String, documents: [ManifestDocument])] = []
    /// Whether some service is on the network that nobody has to mention.
    var usesDefaultNetwork = false

    init(_ request: ConversionRequest, _ file: ComposeFile, _ sources: SourceMap) {
        self.request = request
        self.file = file
        self.sources = sources
    }

    var isSwarm: Bool { driver == "swarm" }

    /// Names that a section at the top declares.
    func names(in section: String) -> [String] { file.section(section).map(\.key) }

    mutating func convert() {
        checkTop()
        chooseProject()
        chooseDriver()
        for entry in file.section("services") {
            guard let definition = resolved(entry) else { continue }
            if isOmitted(entry, definition) { continue }
            guard ResourceAddress.isValidName(entry.key) else {
                log.error(
                    .composeValue,
                    "`\(ComposeNode.shortened(entry.key))` cannot be the name of a service",
                    at: entry.keyRange,
                    help: ["start with a letter or digit; letters, digits, `_`, `.` and `-` may follow"]
                )
                continue
            }
            var converter = ServiceConverter(name: entry.key, stack: self, log: log)
            let document = converter.document(entry, definition, comments: sourceComments(above: entry.keyRange))
            log = converter.log
            usesDefaultNetwork = usesDefaultNetwork || converter.usesDefaultNetwork
            services.append((entry.key, document))
        }
        if services.isEmpty, !log.diagnostics.hasErrors {
            let place = file.root.entries?.first { $0.key == "services" }?.keyRange ?? file.root.range
            log.error(
                .notCompose,
                omitted.isEmpty ? "there are no services" : "every service belongs to a profile",
                at: place,
                help: omitted.isEmpty ? [] : ["name the profile: `--profile NAME`"]
            )
        }
        sections = [
            ("networks", networks()), ("volumes", volumes()), ("secrets", secrets()), ("configs", configs()),
        ]
        .filter { !$0.1.isEmpty }
    }

    private mutating func checkTop() {
        let known = ["version", "name", "services", "networks", "volumes", "secrets", "configs", "include", "models"]
        for entry in file.root.entries ?? [] {
            if entry.key.hasPrefix("x-") {
                extensions += 1
            } else if entry.key == "include" {
                log.error(
                    .unconvertible,
                    "`include` is not followed",
                    at: entry.keyRange,
                    help: ["name the included files, too: `orchplan convert A.yaml B.yaml`, and remove `include`"]
                )
            } else if entry.key == "models" {
                log.leftOut("models", of: "stack", at: entry.keyRange, because: "no driver runs models")
            } else if !known.contains(entry.key) {
                log.unknown(entry, in: "a Compose file", known)
            } else if ["services", "networks", "volumes", "secrets", "configs"].contains(entry.key),
                entry.value.entries == nil, !entry.value.isNull
            {
                log.error(
                    .composeValue,
                    "`\(entry.key)` takes a map, not \(entry.value.described)",
                    at: entry.value.range
                )
            }
        }
    }

    private mutating func chooseProject() {
        let own = file.root["name"].flatMap(\.text)
        let named = own.flatMap { VariableText.resolved($0, request.values) }
        if own != nil, named == nil, request.project == nil, let node = file.root["name"] {
            log.error(
                .unconvertible,
                "the name of a project holds no variable",
                at: node.range,
                help: ["say what it is: `--project NAME`"]
            )
        }
        let folder = request.output.split(separator: "/").last.map(String.init) ?? "default"
        project = request.project ?? named ?? ProjectSettings.sanitised(folder)
    }

    /// A swarm, unless nothing asks for one and every service says which program it runs.
    private mutating func chooseDriver() {
        if let given = request.driver {
            driver = given
            return
        }
        let services = file.section("services").map(\.value)
        let hasDeploy = services.contains { $0["deploy"] != nil }
        let namesPrograms = services.allSatisfy { $0["image"] == nil && $0["command"] != nil }
        driver = hasDeploy || !namesPrograms || services.isEmpty ? "swarm" : "local"
        if driver == "local" {
            driverReason = "no service has an image, and each names its program"
        } else if !hasDeploy {
            driverReason = "services run images; --driver local runs programs of this machine"
        }
    }

    /// The service with what it extends.
    private mutating func resolved(_ entry: ComposeEntry) -> ComposeNode? {
        guard entry.value.entries != nil else {
            log.error(
                .composeValue,
                "the service `\(ComposeNode.shortened(entry.key))` is \(entry.value.described), and takes a map",
                at: entry.keyRange
            )
            return nil
        }
        var node = entry.value
        var seen: Set<String> = [entry.key]
        while let extended = node["extends"] {
            let name = extended.text ?? extended["service"]?.text ?? ""
            let base = extended["file"] == nil ? file.section("services").first { $0.key == name }?.value : nil
            guard let base, seen.insert(name).inserted else {
                let isFile = extended["file"] != nil
                log.error(
                    isFile ? .unconvertible : .undeclared,
                    isFile
                        ? "`extends` of another file is not followed"
                        : seen.contains(name)
                            ? "`extends` leads back to `\(name)`"
                            : "`extends` names `\(ComposeNode.shortened(name))`, which is no service of the file",
                    at: extended.range,
                    help: isFile ? ["let `docker compose config` write one file, and convert that"] : []
                )
                return nil
            }
            let own = (node.entries ?? []).filter { $0.key != "extends" }
            node = ComposeMerge.service(base, ComposeNode(.map(own), node.range))
            if base["extends"] == nil { break }
        }
        return node
    }

    private mutating func isOmitted(_ entry: ComposeEntry, _ definition: ComposeNode) -> Bool {
        let profiles = (definition["profiles"]?.items ?? []).compactMap(\.text)
        guard !profiles.isEmpty, request.profiles.isDisjoint(with: profiles), !request.profiles.contains("*") else {
            return false
        }
        omitted.insert(entry.key)
        log.leftOut(
            entry.key,
            of: "service/\(entry.key)",
            at: entry.keyRange,
            because: "the service belongs to the profile \(profiles.joined(separator: ", "))",
            help: "`--profile \(profiles[0])` converts it, too"
        )
        return true
    }

    /// The comment lines right above a key.
    private func sourceComments(above range: SourceRange) -> [String] {
        guard let source = sources[range.file] else { return [] }
        var line = source.position(at: range.start).line - 1
        var comments: [String] = []
        while line > 0, comments.count < 20 {
            let text = source.text(in: source.lineRange(line)).drop { $0 == " " || $0 == "\t" }
            guard text.hasPrefix("#") else { break }
            let words = text.drop { $0 == "#" }.drop { $0 == " " }
            comments.insert(String(words), at: 0)
            line -= 1
        }
        return comments
    }
}

extension ConversionLog {
    /// A key that nobody knows.
    mutating func unknown(_ entry: ComposeEntry, in place: String, _ known: [String]) {
        let near = Suggestion.nearest(entry.key, in: known)
        diagnostics.append(
            Diagnostic(
                .unknownKey,
                "unknown key `\(ComposeNode.shortened(entry.key))` in \(place)",
                at: entry.keyRange,
                help: near.map { [Help("did you mean `\($0)`?", edits: [TextEdit(entry.keyRange, $0)])] } ?? []
            )
        )
    }
}
