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
            """
    )

    static let needsProject = false

    @Argument(help: "manifest, service, network, volume, secret, config, project or policy.")
    var kind: String = "manifest"

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let schemas = SchemaGenerator.files()
        guard let schema = schemas.first(where: { $0.name == "\(kind.lowercased()).json" })?.text else {
            throw CommandFailure(
                "there is no schema of \(kind)",
                help: "one of: \(schemas.map { String($0.name.dropLast(5)) }.joined(separator: ", "))",
                code: ExitStatus.usage
            )
        }
        workspace.output.write(schema)
        return 0
    }
}
