import ArgumentParser
import Manifests
import ResourceModel

/// Which project a command is about, as typed; `Workspace` resolves it.
struct ProjectOptions: ParsableArguments {
    @Option(
        name: [.customShort("C"), .customLong("directory")],
        help: ArgumentHelp(
            "The project's directory; relative paths begin there, those of saved plans here.",
            discussion: "Default: the nearest folder upwards with orchplan.yaml, else this one.",
            valueName: "dir"
        ),
        completion: .directory
    )
    var directory: String?

    @Option(
        name: [.customShort("e"), .customLong("env")],
        help: ArgumentHelp("The environment of the project file: a system with a state of its own.", valueName: "name")
    )
    var environment: String?

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("A variable for interpolation; may be given again.", valueName: "name=value")
    )
    var variables: [String] = []

    @Option(help: ArgumentHelp("The driver: local, simulated or swarm.", valueName: "name"))
    var driver: String?

    @Option(
        help: ArgumentHelp(
            "Where the swarm is: unix://, ssh:// or tcp://.",
            discussion: "Default: the project file, then DOCKER_HOST, DOCKER_CONTEXT, the current context.",
            valueName: "url"
        )
    )
    var host: String?

    @Option(help: ArgumentHelp("Where the recorded state lies.", valueName: "path"), completion: .file())
    var state: String?

    @Option(
        help: ArgumentHelp(
            "A file that says what may be applied, beside the project's own; may be given again, and all hold.",
            valueName: "path"
        ),
        completion: .file()
    )
    var policy: [String] = []

    @Option(help: "When to use colour: auto, always or never.")
    var color: ColorChoice = .auto
}

extension ProjectOptions {
    /// What relative paths of the command line begin at, absolute.
    var base: String { directory.flatMap { DiskFiles().canonical($0) } ?? WorkingDirectory.current() }
}

extension ColorChoice: ExpressibleByArgument {}

extension ImageResolution: ExpressibleByArgument {}

/// The manifests that a command reads.
struct ManifestPaths: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Manifest files and folders; - reads standard input.",
            discussion: "Default: what the project file names, else manifests/."
        ),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var paths: [String] = []

    func validate() throws { try PatternPaths.refuseEmpty(paths) }
}

/// The manifests that `lint` and `fmt` read.
struct PatternPaths: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Manifest files, folders and quoted patterns; - reads standard input.",
            discussion: "Default: what the project file names, else manifests/."
        ),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var paths: [String] = []

    @Flag(help: "Look also at files that .gitignore names, in folders and patterns that are given.")
    var noIgnore = false

    func validate() throws { try Self.refuseEmpty(paths) }

    /// Refuses a path that is empty, as with an empty variable of a script: nobody means the whole folder by it.
    static func refuseEmpty(_ paths: [String]) throws {
        if paths.contains("") { throw ValidationError("A path is empty: see that its variable is set.") }
    }
}

/// Which part of the plan, and how much at a time.
struct PlanningOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("At most this many things change at any moment.", valueName: "n"))
    var batch: Int = 10

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this resource and what it needs (to destroy: what needs it); may be given again.",
            valueName: "[kind/]name"
        )
    )
    var target: [String] = []

    @Flag(name: .long, help: "Let volumes that are no longer declared be deleted, with their data.")
    var deleteVolumes = false

    @Flag(
        name: .long,
        help: """
            Plan a swarm anew that the record knows nothing of, or that takes the place of the recorded one; what runs on \
            one machine is taken in without it. To destroy, on both: whatever has the project's labels, recorded or not.
            """
    )
    var takeOver = false

    func validate() throws {
        guard (1...1_000_000).contains(batch) else {
            throw ValidationError("--batch must be at least 1.")
        }
    }
}

/// Which images registries are asked about, as typed.
struct ImageOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Which images registries are asked about: always, changed or never.",
            discussion:
                "changed: only those that a service is not recorded with. Default: the project file, else always.",
            valueName: "which"
        )
    )
    var resolveImages: ImageResolution?
}
