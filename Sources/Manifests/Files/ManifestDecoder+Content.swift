import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// What a file of the project gave, or why it gave nothing.
typealias ContentResult = Result<SourceFile, FileProblem>

/// Files that manifests name.
extension ManifestDecoder {
    /// The absolute path that a manifest means, checked to be inside the project; nil, and a diagnostic, otherwise.
    mutating func projectPath(
        _ path: String,
        below directory: String,
        at range: SourceRange,
        _ what: String
    ) -> String? {
        let absolute = PathRules.joined(directory, path)
        guard !path.isEmpty, PathRules.relative(absolute, to: context.root) != nil else {
            report(
                .outsideProject,
                "the \(what) `\(Self.shortened(path))` is outside the project",
                at: range,
                notes: ["the project's directory is \(context.root)"],
                help: [
                    what == "file of environment variables"
                        ? "keep it below the project's directory, or write the variables into `environment`"
                        : "keep it below the project's directory, or use `environment`"
                ]
            )
            return nil
        }
        return absolute
    }

    /// Whether a path, with symbolic links followed, is still inside the project.
    mutating func staysInside(_ absolute: String, at range: SourceRange, _ what: String) -> Bool {
        guard let real = realPath(absolute) else { return true }
        guard PathRules.relative(real, to: realPath(context.root) ?? context.root) == nil else { return true }
        report(
            .outsideProject,
            "the \(what) leads out of the project through a symbolic link",
            at: range,
            notes: ["it leads to \(Self.shortened(real))"]
        )
        return false
    }

    private mutating func realPath(_ path: String) -> String? {
        if let known = realPaths[path] { return known }
        let real = context.files.canonical(path)
        realPaths[path] = .some(real)
        return real
    }

    /// The content of a file of the project; nil, and a diagnostic, when there is none.
    mutating func content(
        of path: String,
        below directory: String,
        at range: SourceRange,
        _ what: String,
        limit: Int
    ) -> SourceFile? {
        guard let absolute = projectPath(path, below: directory, at: range, what),
            staysInside(absolute, at: range, what), !isOwn(absolute, shownAs: path, at: range, what)
        else { return nil }
        fileUses.append(FileUse(path: absolute, shownAs: path, what: what, range: range, isSecret: false))
        let result: ContentResult
        if let known = contents[absolute] {
            result = known
        } else {
            do throws(FileProblem) {
                result = .success(try context.files.read(absolute, shownAs: path, limit: limit))
            } catch {
                result = .failure(error)
            }
            contents[absolute] = result
        }
        switch result {
        case .success(let file): return file
        case .failure(let problem):
            report(
                Self.code(problem),
                "the \(what) `\(Self.shortened(path))` cannot be read: \(problem.text)",
                at: range
            )
            return nil
        }
    }

    private static func code(_ problem: FileProblem) -> DiagnosticCode {
        switch problem {
        case .missing: .missingContent
        case .notRegular: .notRegular
        case .tooLarge: .contentSize
        case .notPermitted, .failed: .unreadable
        }
    }

    /// Looks at the file of a secret without reading it: compiling never holds the bytes of a secret.
    ///
    /// - Parameter isEncrypted: Whether only its key is to be kept from others, and not the file.
    mutating func checkSecretFile(
        _ absolute: String,
        shownAs path: String,
        at range: SourceRange,
        isEncrypted: Bool
    ) {
        let what = "file of a secret"
        guard staysInside(absolute, at: range, what), !isOwn(absolute, shownAs: path, at: range, what) else { return }
        // What is encrypted may be seen.
        if !isEncrypted {
            fileUses.append(FileUse(path: absolute, shownAs: path, what: what, range: range, isSecret: true))
        }
        let status: FileStatus?
        do throws(FileProblem) {
            status = try context.files.status(absolute)
        } catch {
            report(.unreadable, "the file `\(Self.shortened(path))` cannot be looked at: \(error.text)", at: range)
            return
        }
        guard let status else {
            report(
                .missingContent,
                "the file `\(Self.shortened(path))` of the secret does not exist",
                at: range,
                severity: .warning,
                help: ["apply needs it; linting and planning without it are possible"]
            )
            return
        }
        guard status.kind == .regular else {
            report(.notRegular, "the file `\(Self.shortened(path))` of the secret is not a regular file", at: range)
            return
        }
        if status.size == 0 || status.size > Self.secretLimit {
            report(
                .contentSize,
                status.size == 0
                    ? "the file `\(Self.shortened(path))` of the secret is empty"
                    : "the file `\(Self.shortened(path))` of the secret is larger than \(Self.secretLimit) bytes",
                at: range
            )
        }
        if !isEncrypted, status.mode & 0o044 != 0 {
            report(
                .openSecret,
                "other users of this machine can read `\(Self.shortened(path))`",
                at: range,
                severity: .warning,
                help: ["run `chmod 600` on it"]
            )
        }
    }

    /// What container engines take for a secret.
    static let secretLimit = 500 * 1024
    /// What container engines take for a config.
    static let configLimit = 1000 * 1024
}
