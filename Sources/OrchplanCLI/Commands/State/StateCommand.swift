import ArgumentParser
import ResourceModel
import SourceDiagnostics
import StateStores

/// `orchplan state`: look into the record.
struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Look into the recorded state, and look after it.",
        subcommands: [
            StateListCommand.self, StateShowCommand.self, StateVerifyCommand.self, StateBackupCommand.self,
            StateRestoreCommand.self, StateRemoveCommand.self, StateMoveCommand.self,
        ]
    )
}

/// Lists the recorded resources: `orchplan state list`.
struct StateListCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the recorded resources.")

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        _ = try workspace.existingStore()
        let recorded = try await workspace.recordedState()
        switch format {
        case .text:
            workspace.output.write(StateListView(recorded).text(workspace.terminal.format(.output)))
        case .json: workspace.output.write(StateJSON(recorded, recorded.resources).text() + "\n")
        }
        return 0
    }
}

/// Shows one record: `orchplan state show ADDRESS`.
struct StateShowCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything that is recorded of a resource.",
        discussion: "  orchplan state show service/web\n  orchplan state show web"
    )

    @Argument(help: ArgumentHelp("The resource.", valueName: "kind/name"))
    var address: String

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        _ = try workspace.existingStore()
        let recorded = try await workspace.recordedState()
        let meant = try AddressWords.meant(address, among: recorded.resources.map(\.address))
        guard let record = recorded.resources.first(where: { $0.address == meant }) else {
            let addresses = recorded.resources.map(\.address)
            let names = address.contains("/") ? addresses.map(\.description) : addresses.map(\.name)
            let nearest = Suggestion.nearest(address, in: names)
            throw CommandFailure(
                "nothing is recorded under \(Escaping.visible(address))",
                help: nearest.map { "did you mean \($0)?" } ?? "orchplan state list shows what there is"
            )
        }
        switch format {
        case .text:
            workspace.output.write(StateShowView(record).text(workspace.terminal.format(.output)))
        case .json: workspace.output.write(StateJSON(recorded, [record]).text() + "\n")
        }
        return 0
    }
}
