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
    /// The comments of the files.
    private(set) var comments: ComposeComments
    /// Whose text each resource is made of, by where its name stands.
    private(set) var uses: [SourceRange: AliasUses] = [:]
    /// The names that each section at the top declares.
    private let declared: [String: [String]]

    init(_ request: ConversionRequest, _ file: ComposeFile, _ sources: SourceMap) {
        self.request = request
        self.file = file
        self.sources = sources
        comments = ComposeComments(sources, file.ids)
        var declared: [String: [String]] = [:]
        for entry in file.root.entries ?? [] { declared[entry.key] = entry.value.entries?.map(\.key) }
        self.declared = declared
    }

    var isSwarm: Bool { driver == "swarm" }

    /// Names that a section at the top declares.
    func names(in section: String) -> [String] { declared[section] ?? [] }

    mutating func convert() {
        checkTop()
        chooseProject()
        chooseDriver()
        for (entry, definition) in definitions() {
            log.uses = nil
            if let deploy = entry.value.entries?.first(where: { $0.key == "deploy" }) { comments.hand(deploy) }
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
            begin("service", entry, definition)
            // The log is handed over and back: a second hold on it would copy all of it for each service.
            let log = handOver()
            var converter = ServiceConverter(name: entry.key, stack: self, log: log)
            let document = converter.document(entry, definition)
            self.log = converter.log
            usesDefaultNetwork = usesDefaultNetwork || converter.usesDefaultNetwork
            services.append((entry.key, document))
        }
        log.uses = nil
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
        if request.project == nil, let named, !ResourceAddress.isValidName(named), let node = file.root["name"] {
            log.error(
                .composeValue,
                "`name` cannot be `\(ComposeNode.shortened(named))`: it becomes the name of the project",
                at: node.range,
                help: [
                    "start with a letter or digit; letters, digits, `_`, `.` and `-` may follow, 63 in all",
                    "say another one: `--project NAME`",
                ]
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

    /// The services with what they extend.
    ///
    /// Which of them are left out is known before the first is converted: it may depend on a later one.
    private mutating func definitions() -> [(ComposeEntry, ComposeNode)] {
        var extending = ServiceExtension(file.section("services"))
        log.uses = nil
        var found: [(ComposeEntry, ComposeNode)] = []
        for entry in file.section("services") {
            guard let definition = resolved(entry, &extending) else { continue }
            if !unwanted(definition).isEmpty { omitted.insert(entry.key) }
            found.append((entry, definition))
        }
        return found
    }

    /// The profiles of a service that is left out; empty for one that is converted.
    private func unwanted(_ definition: ComposeNode) -> [String] {
        let profiles = (definition["profiles"]?.items ?? []).compactMap(\.text)
        return request.profiles.isDisjoint(with: profiles) && !request.profiles.contains("*") ? profiles : []
    }

    /// The service with what it extends.
    private mutating func resolved(_ entry: ComposeEntry, _ extending: inout ServiceExtension) -> ComposeNode? {
        guard entry.value.entries != nil else {
            log.error(
                .composeValue,
                "the service `\(ComposeNode.shortened(entry.key))` is \(entry.value.described), and takes a map",
                at: entry.keyRange
            )
            return nil
        }
        let told = extending.faults.count
        let whole = extending.resolved(entry.key)
        for fault in extending.faults[told...] { log.tell(fault) }
        return whole
    }

    /// Notes whose text is looked at from now on.
    mutating func begin(_ kind: String, _ entry: ComposeEntry, _ whole: ComposeNode) {
        let uses = AliasUses(kind, entry, whole)
        self.uses[entry.keyRange] = uses
        log.uses = uses
    }

    mutating func handOver() -> ConversionLog {
        let log = log
        self.log = ConversionLog()
        return log
    }

    private mutating func isOmitted(_ entry: ComposeEntry, _ definition: ComposeNode) -> Bool {
        guard omitted.contains(entry.key) else { return false }
        let profiles = unwanted(definition)
        log.leftOut(
            entry.key,
            of: "service/\(entry.key)",
            at: entry.keyRange,
            because: "the service belongs to the profile \(profiles.joined(separator: ", "))",
            help: "`--profile \(profiles.first ?? "*")` converts it, too"
        )
        return true
    }
}

extension ConversionLog {
    /// A key that nobody knows.
    mutating func unknown(_ entry: ComposeEntry, in place: String, _ known: [String]) {
        let near = Suggestion.nearest(entry.key, in: known)
        tell(
            Diagnostic(
                .unknownKey,
                "unknown key `\(ComposeNode.shortened(entry.key))` in \(place)",
                at: entry.keyRange,
                help: near.map { [Help("did you mean `\($0)`?", edits: [TextEdit(entry.keyRange, $0)])] } ?? []
            )
        )
    }
}
