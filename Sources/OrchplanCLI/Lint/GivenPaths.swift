import Manifests
import SourceDiagnostics

/// The paths of a command line with patterns replaced by the files that match them.
struct GivenPaths {
    private let files: any ManifestFiles

    init(files: any ManifestFiles) {
        self.files = files
    }

    /// - Parameter paths: Absolute, or `-`.
    /// - Returns: The same without patterns, and with each file once: what a folder or another path gives already is
    ///   left out of what patterns give.
    func expanded(_ paths: [String]) throws -> [String] {
        var result: [String] = []
        var patterns: [String] = []
        for path in paths {
            if PathPattern.isPattern(path), (try? files.status(path)) == .some(nil) {
                patterns.append(path)
            } else {
                result.append(path)
            }
        }
        let folders = result.filter { (try? files.status($0))??.kind == .directory }
        var known = Set(result)
        for pattern in patterns {
            guard Self.alternativeCount(pattern) <= 1000 else {
                throw CommandFailure(
                    "the braces of \(Escaping.visible(shown(pattern))) stand for more than 1000 patterns",
                    help: "name a folder, or use `*`",
                    code: ExitStatus.couldNotRun
                )
            }
            let found = Self.alternatives(pattern).flatMap(matches)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            guard !found.isEmpty else {
                throw CommandFailure(
                    "no file matches \(Escaping.visible(shown(pattern)))",
                    help: "see that the shell does not expand it: 'manifests/**/*.yaml' needs its quotes",
                    code: ExitStatus.couldNotRun
                )
            }
            for path in found where known.insert(path).inserted {
                if !folders.contains(where: { PathRules.relative(path, to: $0) != nil }) { result.append(path) }
            }
        }
        return result
    }

    private func shown(_ path: String) -> String { PathRules.relative(path, to: WorkingDirectory.current()) ?? path }

    /// No fewer than there are: one more than its commas for each brace, all multiplied.
    static func alternativeCount(_ pattern: String) -> Int {
        pattern.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
            .reduce(1) { count, part in min(1_000_000, count * (1 + part.count { $0 == "," })) }
    }

    /// `a.{yaml,yml}` as `a.yaml` and `a.yml`, as shells have it.
    static func alternatives(_ pattern: String) -> [String] {
        guard let open = pattern.firstIndex(of: "{") else { return [pattern] }
        var depth = 0
        var parts: [String] = [""]
        var index = open
        while index < pattern.endIndex {
            let letter = pattern[index]
            if letter == "{" { depth += 1 }
            if letter == "}" { depth -= 1 }
            if depth == 0 { break }
            if letter == ",", depth == 1 {
                parts.append("")
            } else if index != open {
                parts[parts.count - 1].append(letter)
            }
            index = pattern.index(after: index)
        }
        // A brace that is never closed is a letter.
        guard index < pattern.endIndex, parts.count > 1 else { return [pattern] }
        let rest = pattern[pattern.index(after: index)...]
        return parts.flatMap { alternatives(pattern[..<open] + $0 + rest) }
    }

    /// The files that match, found by a walk from the last folder that no pattern is part of.
    private func matches(_ pattern: String) -> [String] {
        let parts = pattern.split(separator: "/").map(String.init)
        let fixed = parts.prefix { !PathPattern.isPattern($0) }
        if fixed.count == parts.count { return (try? files.status(pattern))??.kind == .regular ? [pattern] : [] }
        let depth = parts.contains("**") ? Int.max : parts.count - fixed.count
        let walk = Walk(
            files: files,
            pattern: PathPattern(pattern.utf8),
            takesHidden: parts.dropFirst(fixed.count).contains { $0.hasPrefix(".") }
        )
        var found: [String] = []
        walk.run("/" + fixed.joined(separator: "/"), depth: depth, &found)
        return found
    }

    private struct Walk {
        let files: any ManifestFiles
        let pattern: PathPattern
        let takesHidden: Bool

        func run(_ folder: String, depth: Int, _ found: inout [String]) {
            guard depth > 0, let entries = try? files.entries(folder) else { return }
            for entry in entries where takesHidden || !entry.name.hasPrefix(".") {
                if entry.name == ".git" || entry.name == LoadedProject.fileName || Leftovers.hasForm(entry.name) {
                    continue
                }
                let path = folder == "/" ? "/" + entry.name : folder + "/" + entry.name
                // Links to folders are not followed: they may lead around in a circle.
                if entry.kind == .directory {
                    run(path, depth: depth == .max ? .max : depth - 1, &found)
                } else if pattern.matches(path.utf8) {
                    let isFile = entry.kind == .regular || (try? files.status(path))??.kind == .regular
                    if isFile { found.append(path) }
                }
            }
        }
    }
}
