import ArgumentParser
import Manifests

/// `orchplan schema KIND`: JSON Schema for editors.
struct SchemaCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a kind, for editors.",
        discussion: """
            The schemas are made from the same tables that manifests are read with.

              orchplan schema > .orchplan.schema.json
              # yaml-language-server: $schema=.orchplan.schema.json
            """)

    @Argument(help: "manifest, service, network, volume, secret, config or project.")
    var kind: String = "manifest"

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        guard let schema = SchemaGenerator.schema(named: kind.lowercased()) else {
            throw CommandFailure(
                "there is no schema of \(kind)", help: "one of: \(SchemaGenerator.names.joined(separator: ", "))",
                code: ExitStatus.usage)
        }
        workspace.output.write(schema)
        return 0
    }
}
