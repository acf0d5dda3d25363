import Foundation
import ResourceModel
import SourceDiagnostics
import Testing

@testable import Manifests

/// Files in memory, below `/p`.
struct MemoryFiles: ManifestFiles {
    var files: [String: String] = [:]
    /// Bytes that take the place of the text of a file.
    var raw: [String: [UInt8]] = [:]
    var modes: [String: UInt16] = [:]
    var special: Set<String> = []
    var links: [String: String] = [:]
    var unreadable: Set<String> = []
    /// Files that are other names of the same file.
    var twins: [String: String] = [:]
    var input = ""

    func link(_ path: String) -> String? { links[path] }

    func canonical(_ path: String) -> String? {
        let target = links[path] ?? path
        return files[target] != nil || special.contains(target) || isDirectory(target) ? target : nil
    }

    private func isDirectory(_ path: String) -> Bool {
        (Array(files.keys) + Array(special)).contains { $0.hasPrefix(path == "/" ? "/" : path + "/") }
    }

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        let target = links[path] ?? path
        let inode = UInt64(bitPattern: Int64((twins[target] ?? target).hashValue))
        let names = twins[target] == nil && !twins.values.contains(target) ? 1 : 2
        let identity = FileIdentity(device: 1, inode: inode)
        if special.contains(target) { return FileStatus(kind: .special, size: 0, mode: 0o600, identity: identity) }
        if let text = files[target] {
            let mode = modes[target] ?? 0o600
            return FileStatus(kind: .regular, size: text.utf8.count, mode: mode, identity: identity, links: names)
        }
        return isDirectory(target) ? FileStatus(kind: .directory, size: 0, mode: 0o755, identity: identity) : nil
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] {
        if unreadable.contains(directory) { throw .notPermitted }
        var names: [String: DirectoryEntry.Kind] = [:]
        for path in Array(files.keys) + Array(special) + Array(links.keys) where path.hasPrefix(directory + "/") {
            let rest = path.dropFirst(directory.count + 1).split(separator: "/")
            guard let first = rest.first else { continue }
            names[String(first)] = rest.count > 1 ? .directory : files[path] == nil ? .other : .regular
        }
        return names.map { DirectoryEntry(name: $0.key, kind: $0.value) }
    }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        if unreadable.contains(path) { throw .notPermitted }
        let target = links[path] ?? path
        if special.contains(target) { throw .notRegular }
        guard let text = files[target] else { throw .missing }
        if let bytes = raw[target] { return SourceFile(path: shownAs, bytes: bytes) }
        guard text.utf8.count <= limit else { throw .tooLarge(limit) }
        return SourceFile(path: shownAs, text: text)
    }

    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { SourceFile(path: "<stdin>", text: input) }
}

/// Compiles texts as the files of `/p/manifests`.
func compile(
    _ files: [String: String],
    overlays: [String: String] = [:],
    variables: [String: String] = [:],
    capabilities: Capabilities? = nil,
    parallelism: Int = 1,
    change: (inout MemoryFiles, inout CompileRequest) -> Void = { _, _ in }
) async -> CompileResult {
    var memory = MemoryFiles()
    for (name, text) in files { memory.files["/p/manifests/" + name] = text }
    for (name, text) in overlays { memory.files["/p/overlays/" + name] = text }
    var request = CompileRequest(project: "test", root: "/p", paths: ["/p/manifests"])
    request.shownRelativeTo = "/p/manifests"
    if !overlays.isEmpty { request.overlays = ["/p/overlays"] }
    request.variables = VariableResolver([.init("the environment", variables)])
    request.variables.environment = variables
    request.capabilities = capabilities
    request.parallelism = parallelism
    change(&memory, &request)
    request.files = memory
    return await Compiler.compile(request)
}

func compile(_ text: String, variables: [String: String] = [:]) async -> CompileResult {
    await compile(["test.yaml": text], variables: variables)
}

/// The whole manifest of a service whose spec is given, indented by two.
func service(_ name: String = "web", _ spec: String = "image: app:1") -> String {
    "---\napiVersion: orchplan/v1\nkind: Service\nmetadata:\n  name: \(name)\nspec:\n"
        + spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n") + "\n"
}

extension CompileResult {
    func service(_ name: String = "web") -> ServiceSpec? { partial[ResourceAddress(.service, name)]?.spec.service }
    var codes: [String] { diagnostics.map(\.code.slug) }
    var text: String { TextRenderer(sources).render(diagnostics) }
}

/// Golden files beside the tests; RECORD_GOLDEN=1 writes them anew.
enum Golden {
    static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    static func expect(_ text: String, at url: URL, sourceLocation: SourceLocation = #_sourceLocation) {
        if isRecording {
            try? text.write(to: url, atomically: true, encoding: .utf8)
            return
        }
        let recorded = try? String(contentsOf: url, encoding: .utf8)
        #expect(text == recorded, "\(url.lastPathComponent) differs", sourceLocation: sourceLocation)
    }
}
