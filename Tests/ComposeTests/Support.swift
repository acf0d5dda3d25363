import Compose
import Foundation
import Manifests
import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import SwarmDriver
import Testing

/// Folders with the files of stacks, and what becomes of them.
enum Inputs {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Inputs")

    /// A folder of its own with a copy of an input, which goes when `body` returned.
    static func with(_ name: String, _ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("compose-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = folder.appendingPathComponent(name)
        try FileManager.default.copyItem(at: root.appendingPathComponent(name), to: place)
        try await body(place.resolvingSymlinksInPath().path)
    }

    /// A request to convert files of a folder in place.
    static func request(_ folder: String, _ files: [String] = ["compose.yaml"]) -> ConversionRequest {
        var request = ConversionRequest(
            inputs: files.map { .init(path: "\(folder)/\($0)", shownAs: $0) },
            output: folder,
            base: folder,
            shownRelativeTo: folder
        )
        request.environment = ["HOME": "/root"]
        request.capabilities = [
            "swarm": .swarm, "local": Capabilities(driver: "local", nativeRollout: false, requiresCommand: true),
        ]
        return request
    }

    /// Converts a text that lies alone in an empty folder.
    static func convert(_ text: String, _ change: (inout ConversionRequest) -> Void = { _ in }) async -> Conversion {
        var request = request("/p")
        request.files = OneFile(text: text)
        change(&request)
        return await ComposeConverter.convert(request)
    }
}

/// A folder `/p` with one Compose file, and what lies beside it.
struct OneFile: ManifestFiles {
    var text: String
    var beside: [String: String] = [:]

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        let identity = FileIdentity(device: 1, inode: UInt64(path.utf8.count))
        if path == "/p" { return FileStatus(kind: .directory, size: 0, mode: 0o755, identity: identity) }
        guard let text = content(path) else { return nil }
        return FileStatus(kind: .regular, size: text.utf8.count, mode: 0o600, identity: identity)
    }

    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] { [] }

    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        guard let text = content(path) else { throw .missing }
        return SourceFile(path: shownAs, text: text)
    }

    private func content(_ path: String) -> String? { path == "/p/compose.yaml" ? text : beside[path] }

    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { SourceFile(path: "<stdin>", text: text) }

    func canonical(_ path: String) -> String? { path == "/" || path == "/p" || content(path) != nil ? path : nil }
}

extension Conversion {
    /// What was said, as people read it.
    var told: String { TextRenderer(sources, options: .init(width: 120)).render(diagnostics) }

    /// All files in one text.
    var written: String { files.map { "==> \($0.path)\n\($0.text)" }.joined(separator: "\n") }

    func file(_ path: String) -> String { files.first { $0.path == path }?.text ?? "" }
}
