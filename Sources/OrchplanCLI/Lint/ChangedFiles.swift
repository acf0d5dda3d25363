import Glibc
import SourceDiagnostics

/// What differs from a revision: which files, and which of their lines.
struct ChangedFiles {
    /// By path, absolute and without symbolic links.
    let files: [String: FileChange]

    /// What lines that are gone named: what nothing names any more may be unused now.
    var removedWords: Set<String> { files.values.reduce(into: []) { $0.formUnion($1.removedWords) } }

    /// Asks git; files that are new and not ignored count as changed, and so do those that are gone.
    init(since revision: String, in directory: String) throws {
        guard revision.contains(where: { !$0.isWhitespace }) else {
            throw CommandFailure(
                "--changed-since names no revision",
                help:
                    "name a branch, a tag or a commit, such as origin/main or HEAD; in a script, see that its variable is set",
                code: ExitStatus.usage
            )
        }
        try Self.refuseSeveral(revision)
        let git = GitProgram(directory: directory)
        let top = try git.run(["rev-parse", "--show-toplevel"])
        guard top.status == 0 else {
            let reason =
                top.errors.split(separator: "\n").first.map { String($0.drop { $0 != ":" }.dropFirst(2)) } ?? ""
            let isNone = reason.contains("not a git repository")
            throw CommandFailure(
                isNone
                    ? "--changed-since needs a git repository, and \(Escaping.visible(directory)) is in none"
                    : "--changed-since cannot ask git: \(Escaping.visible(reason))",
                code: ExitStatus.couldNotRun
            )
        }
        let root = String(decoding: top.output.filter { $0 != 0x0A }, as: UTF8.self)
        let digest = try Self.digest(of: revision, git, root)
        let among = ["--no-renames", "--no-ext-diff"]
        let changed = try Self.output(git, ["diff", "--name-only", "-z"] + among + [digest, "--"]).names
        // Whatever the user's settings make of diffs, this one is to be read by a program.
        let lines = try Self.output(
            git,
            [
                "diff", "--unified=0", "--inter-hunk-context=0", "--no-color", "--text", "--no-textconv",
                "--src-prefix=a/", "--dst-prefix=b/",
            ] + among + [digest, "--"]
        )
        let new =
            try Self.output(
                GitProgram(directory: root),
                ["ls-files", "--others", "--exclude-standard", "-z"]
            )
            .names
        let changes = FileChange.all(in: lines.output)
        var files: [String: FileChange] = [:]
        for name in changed + new { files[root + "/" + name] = changes[name] ?? FileChange() }
        self.files = files
    }

    /// Words of git that stand for several revisions, of which none is the one to compare with.
    private static func refuseSeveral(_ revision: String) throws {
        let shown = Escaping.visible(revision)
        let parts = revision.split(separator: "..", omittingEmptySubsequences: false)
        let help: String
        if revision.contains("..."), let first = parts.first {
            let other = parts.last?.drop { $0 == "." } ?? ""
            help =
                "for what a branch changed: --changed-since \"$(git merge-base \(named(first)) \(named(other)))\""
        } else if parts.count > 1, let first = parts.first {
            help = "name where the changes begin: --changed-since \(named(first))"
        } else if revision.hasPrefix("^") {
            help = "name where the changes begin: --changed-since \(named(revision.dropFirst()))"
        } else {
            return
        }
        throw CommandFailure(
            "--changed-since takes one revision, and \(shown) stands for several",
            help: help,
            code: ExitStatus.couldNotRun
        )
    }

    private static func named(_ revision: some StringProtocol) -> String {
        revision.isEmpty ? "HEAD" : Escaping.visible(revision)
    }

    private static func digest(of revision: String, _ git: GitProgram, _ root: String) throws -> String {
        let commit = try git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"])
        let digest = String(decoding: commit.output.filter { $0 != 0x0A }, as: UTF8.self)
        guard commit.status == 0, !revision.isEmpty, !digest.isEmpty, digest.allSatisfy(\.isHexDigit) else {
            let followed = ["@{u}", "@{upstream}", "@{push}"].contains { revision.lowercased().contains($0) }
            throw CommandFailure(
                followed
                    ? "\(Escaping.visible(revision)) is no revision: the branch follows none"
                    : "\(Escaping.visible(revision)) is no revision of the repository \(Escaping.visible(root))",
                help: followed
                    ? "let it follow one with git branch --set-upstream-to=origin/main, or name one: --changed-since origin/main"
                    : "a clone that is not deep has few: fetch more, or name one that is there",
                code: ExitStatus.couldNotRun
            )
        }
        return digest
    }

    private static func output(_ git: GitProgram, _ words: [String]) throws -> GitProgram.Answer {
        let answer = try git.run(words)
        guard answer.status == 0 else {
            throw CommandFailure(
                "git \(words[0]) failed: \(Escaping.visible(answer.errors.split(separator: "\n").first ?? ""))",
                code: ExitStatus.couldNotRun
            )
        }
        return answer
    }
}
