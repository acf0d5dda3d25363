import Foundation
import Glibc
import Testing

@testable import OrchplanCLI

@Suite("A file is replaced whole, or not at all")
struct FileReplacementTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func replace(_ path: String, _ before: String, _ after: String) throws(ReplacementError) {
        try FileReplacement(path: path, before: Array(before.utf8), after: Array(after.utf8)).run()
    }

    @Test("mode and symbolic link stay, and nothing else is left in the folder")
    func keeps() throws {
        try Self.withFolder { folder in
            let (file, link) = ("\(folder)/a.yaml", "\(folder)/b.yaml")
            try "old".write(toFile: file, atomically: false, encoding: .utf8)
            chmod(file, 0o664)
            #expect(symlink("a.yaml", link) == 0)
            try replace(link, "old", "new text")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "new text")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a.yaml")
            var info = stat()
            #expect(stat(file, &info) == 0 && info.st_mode & 0o7777 == 0o664)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.yaml", "b.yaml"])
        }
    }

    @Test("a file that changed, is read-only, has another name or is none is left alone")
    func refuses() throws {
        try Self.withFolder { folder in
            let file = "\(folder)/a.yaml"
            try "theirs".write(toFile: file, atomically: false, encoding: .utf8)
            #expect(throws: ReplacementError.changed) { try replace(file, "ours!!", "new") }
            chmod(file, 0o444)
            #expect(throws: ReplacementError.readOnly) { try replace(file, "theirs", "new") }
            chmod(file, 0o644)
            #expect(Glibc.link(file, "\(folder)/other") == 0)
            #expect(throws: ReplacementError.linked) { try replace(file, "theirs", "new") }
            #expect(throws: ReplacementError.notRegular) { try replace(folder, "", "new") }
            #expect(throws: ReplacementError.self) { try replace("\(folder)/none", "", "new") }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "theirs")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.yaml", "other"])
        }
    }

    @Test("what a killed process left is cleared, and nothing that only looks like it")
    func leftovers() throws {
        try Self.withFolder { folder in
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/bin/true")
            try child.run()
            child.waitUntilExit()
            let gone = child.processIdentifier
            let own = getpid()
            let kept = [
                "a.yaml", ".a.yaml.\(own).tmp", ".a.yaml.notes.tmp", ".b.yaml.\(gone).tmp", "a.yaml.\(gone).tmp",
                ".a.yaml.\(gone).bak",
            ]
            for name in kept + [".a.yaml.\(gone).tmp"] {
                try "x".write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
            }
            #expect(symlink("a.yaml", "\(folder)/.a.yaml.0\(gone).tmp") == 0)
            Leftovers.clear(beside: ["\(folder)/a.yaml", "-", "\(folder)/none.yaml"])
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.sorted() == (kept + [".a.yaml.0\(gone).tmp"]).sorted())
            // One that still writes holds its file, wherever it runs.
            let held = open("\(folder)/.a.yaml.\(gone).tmp", O_RDWR | O_CREAT, 0o600)
            #expect(flock(held, LOCK_EX) == 0)
            Leftovers.clear(beside: ["\(folder)/a.yaml"])
            #expect(access("\(folder)/.a.yaml.\(gone).tmp", F_OK) == 0)
            close(held)
            Leftovers.clear(beside: ["\(folder)/a.yaml"])
            #expect(access("\(folder)/.a.yaml.\(gone).tmp", F_OK) != 0)
        }
    }
}
