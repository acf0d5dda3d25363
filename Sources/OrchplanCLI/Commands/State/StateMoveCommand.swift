import ArgumentParser

/// What somebody wants who types `orchplan state mv`: there is no such thing, and this says what does it.
///
/// Why there is none: docs/decisions/0020-no-state-mv.md.
struct StateMoveCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "mv",
        abstract: "Say how to rename a resource, or to move a record.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("What it is called, and what it is to be called.", valueName: "kind/name"))
    var addresses: [String] = []

    @OptionGroup var project: ProjectOptions

    static var needsProject: Bool { false }

    static let wayOut = """
        rename it in the manifests and run orchplan apply: the new one is healthy before the old one goes
          data: keep a volume's name, since its data stays with the name
          the same system from another folder or machine: orchplan state backup FILE here, state restore FILE there
          another project or environment: declare and apply it there, then take it out of the manifests here
        """

    func run(in workspace: Workspace) async throws -> Int32 {
        throw CommandFailure(
            "a record has no other name than its resource: it is an address in the manifests and on what runs",
            help: Self.wayOut,
            code: ExitStatus.usage
        )
    }
}
