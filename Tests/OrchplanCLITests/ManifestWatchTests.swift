import Foundation
import Testing

@testable import OrchplanCLI

@Suite("The folders of the manifests are watched")
struct ManifestWatchTests {
    /// Without a folder to be watched by the kernel it looks for itself.
    @Test("files that come, change and go are noticed", .timeLimit(.minutes(1)), arguments: [true, false])
    func touches(byLooking: Bool) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("watch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var watch = ManifestWatch(paths: [folder.path, "\(folder.path)/later/deeper"])
        if byLooking { watch.mostFolders = 0 }
        watch.pollInterval = .milliseconds(5)
        var touches = watch.touches().makeAsyncIterator()
        let file = folder.appendingPathComponent("web.yaml")
        let inner = folder.appendingPathComponent("later/deeper")
        let changes: [() throws -> Void] = [
            { try Data("one".utf8).write(to: file) },
            { try Data("two".utf8).write(to: file) },
            { try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true) },
            { try Data("three".utf8).write(to: inner.appendingPathComponent("cache.yaml")) },
            { try FileManager.default.removeItem(at: file) },
        ]
        for change in changes {
            try change()
            // Nobody else writes here: without having noticed, this waits until the time limit.
            #expect(await touches.next() != nil)
            // A change may be told of in parts.
            try await Task.sleep(for: .milliseconds(40))
        }
    }
}
