import ArgumentParser
import ResourceModel

/// `orchplan graph`: what needs what.
struct GraphCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Print what needs what, as a DOT or Mermaid graph.",
        discussion: "  orchplan graph | dot -Tsvg > system.svg"
    )

    @OptionGroup var manifests: ManifestPaths

    @Option(help: "How to print: dot or mermaid.")
    var format: GraphFormat = .dot

    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { manifests.paths }

    func run(in workspace: Workspace) async throws -> Int32 {
        let graph = try await workspace.compile().graph
        workspace.output.write(GraphView(graph).text(format))
        return 0
    }
}

/// The languages of graphs.
enum GraphFormat: String, ExpressibleByArgument, CaseIterable {
    case dot
    case mermaid
}
