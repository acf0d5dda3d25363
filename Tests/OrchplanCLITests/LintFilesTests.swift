import Foundation
import Manifests
import OrchplanTestSupport
import Testing

@testable import OrchplanCLI

@Suite("What lint reads")
struct LintFilesTests {
    /// A folder of a test's own.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lint-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let real = DiskFiles().canonical(folder.path) else { throw CommandFailure("no folder") }
        try body(real)
    }

    private func write(_ path: String, _ text: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: false, encoding: .utf8)
    }

    private func walk(_ folder: String, _ files: LintFiles, _ found: inout Set<String>) throws {
        for entry in try files.entries(folder) where entry.name != ".git" {
            let path = folder + "/" + entry.name
            if entry.kind == .directory { try walk(path, files, &found) } else { found.insert(path) }
        }
    }

    @Test("folders are read as git reads them, whatever .gitignore says", arguments: 0..<40)
    func ignoring(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        try withFolder { root in
            let git = GitProgram(directory: root)
            #expect(try git.run(["init", "-q", "."]).status == 0)
            let all = try tree(root, &random)
            let asked = try git.run(["-c", "core.excludesFile=", "ls-files", "--others", "--exclude-standard", "-z"])
            #expect(asked.status == 0, "\(asked.errors)")
            let wanted = Set(asked.names.map { root + "/" + $0 }).filter { !hidden($0, below: root) }
            var found: Set<String> = []
            try walk(root, LintFiles(ignoringBelow: root, standardInput: nil), &found)
            found = found.filter { !hidden($0, below: root) }
            #expect(found == wanted, "\(found.symmetricDifference(wanted).sorted())\n\(all.patterns)")
            // The other question about the same: one path at a time.
            for path in all.files.shuffled(using: &random).prefix(12) where !hidden(path, below: root) {
                let answer = try git.run(["-c", "core.excludesFile=", "check-ignore", "-q", "--", path])
                #expect((answer.status == 0) == !found.contains(path), "\(path)\n\(all.patterns)")
            }
            var everything: Set<String> = []
            try walk(root, LintFiles(ignoringBelow: nil, standardInput: nil), &everything)
            #expect(everything.isSuperset(of: all.files))
        }
    }

    /// What begins with a dot is never walked by lint, and `.gitignore` is made here alone.
    private func hidden(_ path: String, below root: String) -> Bool {
        path.dropFirst(root.count).split(separator: "/").contains { $0.hasPrefix(".") }
    }

    private func tree(_ root: String, _ random: inout SeededGenerator) throws -> (files: [String], patterns: String) {
        let names = [
            "a", "b", "web", "data", "x y", "a.yaml", "b.yaml", "w[1].yaml", "#a.yaml", "!b.yaml", "é.yaml", "b ",
        ]
        var folders = [root]
        for _ in 0..<random.number(3...8) {
            let parent = random.pick(folders, default: root)
            folders.append(parent + "/" + random.pick(Array(names.prefix(5)), default: "a"))
        }
        var files: [String] = []
        for _ in 0..<random.number(10...40) {
            let path = random.pick(folders, default: root) + "/" + random.pick(names, default: "a.yaml") + "f"
            try write(path, "a: 1\n")
            files.append(path)
        }
        var told = ""
        for folder in folders where folder == root || random.chance(0.4) {
            let lines = (0..<random.number(1...5)).map { _ in pattern(&random) }
            let text = lines.joined(separator: random.chance(0.2) ? "\r\n" : "\n") + (random.chance() ? "\n" : "")
            try write(folder + "/.gitignore", text)
            told += "\(folder.dropFirst(root.count))/.gitignore: \(lines)\n"
        }
        if random.chance(0.3) {
            let line = pattern(&random)
            try write(root + "/.git/info/exclude", line + "\n")
            told += "exclude: \(line)"
        }
        return (files, told)
    }

    private func pattern(_ random: inout SeededGenerator) -> String {
        let parts = [
            "a", "b", "web", "data", "*", "**", "?", "*.yamlf", "[ab]", "[!a]*", "a*f", "w\\[1\\].yamlf", "w[[]1]*",
            "[[:alpha:]]", "x y", "\\#a.yamlf", "\\!b.yamlf", "*f", "a.yamlf", "b f", "é*", "[a-c]*", "**a", "[]-a]*",
            "?*f",
            "[^[:digit:]]*", "b.ya\\ml*", "***", "a[", "[a", "[[:nope:]]", "b\\ ",
        ]
        var text = (0..<random.number(1...3)).map { _ in random.pick(parts, default: "a") }.joined(separator: "/")
        if random.chance(0.2) { text = "/" + text }
        if random.chance(0.3) { text += "/" }
        if random.chance(0.3) { text = "!" + text }
        if random.chance(0.1) { text += "  " }
        if random.chance(0.05) { text = "# " + text }
        return text
    }

    @Test("a pattern stands for the files that match it, each once, without what is ignored or hidden")
    func patterns() throws {
        try withFolder { root in
            for path in [
                "m/a.yaml", "m/b.yml", "m/deep/er/c.yaml", "m/.hidden/d.yaml", "m/out/e.yaml", "m/text.md",
                "m/[1].yaml",
                "orchplan.yaml", ".git/HEAD",
            ] {
                try write(root + "/" + path, "a: 1\n")
            }
            try write(root + "/.gitignore", "out/\n")
            let given = GivenPaths(files: LintFiles(ignoringBelow: root, standardInput: nil))
            func found(_ paths: String...) throws -> [String] {
                try given.expanded(paths.map { root + "/" + $0 }).map { String($0.dropFirst(root.count + 1)) }
            }
            #expect(try found("**/*.yaml") == ["m/[1].yaml", "m/a.yaml", "m/deep/er/c.yaml"])
            #expect(try found("m/*.{yaml,yml}") == ["m/[1].yaml", "m/a.yaml", "m/b.yml"])
            #expect(try found("m/[1].yaml") == ["m/[1].yaml"], "a file that is called like a pattern is meant itself")
            #expect(try found("m/?.y*ml", "m/a.yaml") == ["m/a.yaml", "m/b.yml"])
            #expect(try found("m/deep", "m/**/*.yaml") == ["m/deep", "m/[1].yaml", "m/a.yaml"])
            #expect(try found("m/.hidden/*.yaml") == ["m/.hidden/d.yaml"])
            #expect(try found("m/out/e.yaml") == ["m/out/e.yaml"], "what is named is read, ignored or not")
            #expect(throws: CommandFailure.self) { try found("m/*.json") }
            let all = GivenPaths(files: LintFiles(ignoringBelow: nil, standardInput: nil))
            #expect(try all.expanded([root + "/m/*/*.yaml"]) == [root + "/m/out/e.yaml"])
        }
        #expect(GivenPaths.alternatives("a{b,c{d,e}}f{") == ["abf{", "acdf{", "acef{"])
        #expect(GivenPaths.alternatives("{x}") == ["{x}"])
    }
}
