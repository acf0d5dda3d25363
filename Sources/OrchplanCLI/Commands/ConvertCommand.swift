import ArgumentParser
import Compose
import LocalDriver
import Manifests
import ResourceModel
import SourceDiagnostics
import SwarmDriver

/// From Compose files to manifests: `orchplan convert compose.yaml`.
struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Turn Compose files into manifests, once.",
        discussion: """
            Writes one manifest for each service, one file for networks, volumes, secrets and configs each, and the \
            project file orchplan.yaml. What runs from them is what docker stack deploy makes of the Compose files. What \
            cannot be said in a manifest is told, with its line, and stands as a comment in the manifest. Several files \
            are laid over each other. Nothing is overwritten without --force, and where something is wrong nothing is \
            written.

            A stack that runs is taken over without restarting it: --running, then orchplan import.

            Exit status: 0 converted, also with warnings; 1 something is wrong, and nothing was written.

              orchplan convert compose.yaml
              orchplan convert stack.yaml stack.production.yaml --output shop --project shop
              orchplan convert stack.yaml --project shop --running && orchplan import
            """
    )

    @Argument(
        help: "Compose files, in the order in which they are laid over each other; - reads standard input.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var files: [String]

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "The directory of the project; it is made if it is not there.",
            discussion: "Default: the folder of the first file, so that files it names lie in the project.",
            valueName: "dir"
        ),
        completion: .directory
    )
    var output: String?

    @Option(
        help: ArgumentHelp(
            "The name of the project; for a stack that runs, the stack's.",
            discussion: "Default: name in the Compose file, else what the directory is called.",
            valueName: "name"
        )
    )
    var project: String?

    @Option(
        help: ArgumentHelp(
            "What is to run it: swarm or local.",
            discussion: "Default: swarm, unless no service has an image or a deploy section.",
            valueName: "name"
        )
    )
    var driver: String?

    @Flag(help: "The stack runs: its networks, volumes and secrets stay as they are, for orchplan import.")
    var running = false

    @Option(help: ArgumentHelp("Convert the services of this profile, too; may be given again.", valueName: "name"))
    var profile: [String] = []

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp(
            "The value of a variable, which the project file keeps; may be given again.",
            valueName: "name=value"
        )
    )
    var variables: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file with values of variables, such as .env, which the project file keeps; may be given again.",
            valueName: "file"
        ),
        completion: .file()
    )
    var envFile: [String] = []

    @Flag(help: "Overwrite files that are there.")
    var force = false

    @Option(help: "When to use colour: auto, always or never.")
    var color: ColorChoice = .auto

    func run() async throws {
        let terminal = TerminalEnvironment.current(color: color)
        do {
            try await convert(terminal)
        } catch let failure as CommandFailure {
            TerminalWriter(.errors).write(failure.view?.text(terminal.format(.errors)) ?? "")
            throw ExitCode(failure.code)
        }
    }

    private func convert(_ terminal: TerminalEnvironment) async throws {
        guard let first = files.first else { throw CommandFailure("name a Compose file", code: ExitStatus.usage) }
        if let driver, driver != "swarm", driver != "local" {
            throw CommandFailure(
                "stacks are converted for the drivers swarm and local, not for \(Escaping.visible(driver))",
                code: ExitStatus.usage
            )
        }
        let working = WorkingDirectory.current()
        let base = first == "-" ? working : folder(of: first, working)
        let place = output.map { ConvertedPaths.joined(working, $0) } ?? base
        let disk = DiskFiles()
        let root = disk.canonical(place) ?? place
        if let project, !ResourceAddress.isValidName(project) {
            throw CommandFailure(
                "\(Escaping.visible(project)) cannot be the name of a project",
                help: "start with a letter or digit; letters, digits, _, . and - may follow",
                code: ExitStatus.usage
            )
        }
        var request = ConversionRequest(
            inputs: files.map { .init(path: $0 == "-" ? $0 : ConvertedPaths.joined(working, $0), shownAs: $0) },
            output: root,
            base: disk.canonical(base) ?? base,
            shownRelativeTo: working
        )
        request.project = project
        request.driver = driver
        request.isRunning = running
        request.profiles = Set(profile)
        request.values = try values()
        request.environment = WorkingDirectory.environment()
        request.capabilities = ["swarm": .swarm, "local": .local]
        let conversion = await ComposeConverter.convert(request)
        report(conversion, terminal)
        guard !conversion.diagnostics.hasErrors else { throw CommandFailure(silently: 1) }
        let set = FileSet(directory: root, files: conversion.files.map { ($0.path, $0.text) })
        try refuseOverwriting(set, terminal)
        try set.write()
        let shown = output ?? (base == working ? "." : ConvertedPaths.parent(first))
        let view = ConvertView(conversion, directory: shown, files: files, isRunning: running)
        let output = TerminalWriter(.output)
        let format = terminal.format(.output)
        output.write(view.lines(format), format)
    }

    private func folder(of path: String, _ working: String) -> String {
        ConvertedPaths.parent(ConvertedPaths.joined(working, path))
    }

    /// Refuses to overwrite, and to make a project of files that belong to something else.
    private func refuseOverwriting(_ set: FileSet, _ terminal: TerminalEnvironment) throws(CommandFailure) {
        let taken = set.taken()
        let others = foreignManifests(set)
        if force {
            for name in others {
                let text = "\(name) was there before, and is part of the project, too"
                TerminalWriter(.errors).write([StyledText(text, .dim)], terminal.format(.errors))
            }
            return
        }
        guard !taken.isEmpty || !others.isEmpty else { return }
        let names = Words.list((taken.isEmpty ? others : taken).map { Escaping.visible($0) }, limit: 4)
        let count = taken.isEmpty ? others.count : taken.count
        throw CommandFailure(
            "\(names) \(count == 1 ? "is" : "are") there already, and nothing was written",
            help: taken.isEmpty
                ? "--output DIR writes elsewhere, --force makes one project of both"
                : "--output DIR writes elsewhere, --force overwrites \(count == 1 ? "it" : "them")"
        )
    }

    /// YAML files in the folder of the manifests that the conversion does not write.
    private func foreignManifests(_ set: FileSet) -> [String] {
        let entries = (try? DiskFiles().entries(set.directory + "/manifests")) ?? []
        return entries.map { "manifests/\($0.name)" }
            .filter { path in
                (path.hasSuffix(".yaml") || path.hasSuffix(".yml")) && !set.files.contains { $0.path == path }
            }
            .sorted()
    }

    private func report(_ conversion: Conversion, _ terminal: TerminalEnvironment) {
        let format = terminal.format(.errors)
        var options = TextRenderer.Options()
        options.fit(format)
        let renderer = TextRenderer(conversion.sources, options: options)
        TerminalWriter(.errors).write(renderer.render(conversion.diagnostics))
        if !conversion.missingVariables.isEmpty {
            let names = Words.list(conversion.missingVariables, limit: 8)
            let count = Words.count(conversion.missingVariables.count, "variable")
            let text: StyledText =
                "\(count, Look.yellow.strong) without a value: \(names). --env-file FILE gives them, one NAME=VALUE a line."
            TerminalWriter(.errors).write(text.wrapped(to: format.proseWidth, indent: 2), format)
        }
        if conversion.diagnostics.hasErrors {
            TerminalWriter(.errors).write([StyledText("nothing was written", .dim)], format)
        }
    }

    /// Values of variables: of files first, and then those that were typed.
    private func values() throws(CommandFailure) -> [String: String] {
        var values: [String: String] = [:]
        for path in envFile {
            let shown = Escaping.visible(path)
            let place = ConvertedPaths.joined(WorkingDirectory.current(), path)
            let file: SourceFile
            do throws(FileProblem) {
                file = try DiskFiles().read(place, shownAs: path, limit: 1 << 20)
            } catch {
                throw CommandFailure("\(shown) cannot be read: \(error.text)")
            }
            let (variables, faults) = EnvFile.parse(String(decoding: file.bytes, as: UTF8.self))
            if let fault = faults.first { throw CommandFailure("\(shown):\(fault.line): \(fault.reason)") }
            for (key, value) in variables { values[key] = value }
        }
        for text in variables {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw CommandFailure("--var needs NAME=VALUE", code: ExitStatus.usage)
            }
            values[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return values
    }
}
