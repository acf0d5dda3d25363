import Manifests
import SourceDiagnostics

/// What is to be checked: all projects that open documents and folders belong to.
package struct CheckJob: Sendable {
    /// Which state of the documents it is about.
    package let generation: Int
    /// The client's folders, absolute.
    let folders: [String]
    /// The texts of open documents by absolute path.
    let buffers: [String: SourceFile]
}

/// What checking gave.
package struct CheckResult: Sendable {
    package let generation: Int
    let parts: [CheckedPart]
}

/// One compilation: a project, or a document that belongs to none.
struct CheckedPart: Sendable {
    /// The directory that shown paths are relative to.
    let root: String
    let result: CompileResult
    let sources: SourceMap
    let diagnostics: [Diagnostic]
    /// The project's own file.
    let projectFile: String?
    /// The files whose diagnostics are told; nil: all.
    let only: Set<String>?
    /// The overlays of all environments, whichever was compiled: they go by the names of resources, too.
    var overlays: [SourceFile] = []

    /// The absolute path of a file.
    func path(_ file: SourceFile) -> String { FilePath.joined(root, file.path) }
}
