import SourceDiagnostics

/// One place where a manifest takes the content of a file.
struct FileUse: Sendable {
    /// Absolute and normalised.
    var path: String
    /// As it is written.
    var shownAs: String
    /// What it is for: `file of a config`.
    var what: String
    var range: SourceRange
    /// Whether its bytes are a secret, and not to be seen.
    var isSecret: Bool
}

/// The files that manifests name, held against each other.
enum FileUses {
    /// A file that is the source of a secret and taken for something that plans show.
    ///
    /// Files are the same by what they resolve to, and by device and inode.
    static func clashes(_ uses: [FileUse], _ files: any ManifestFiles) -> [Diagnostic] {
        guard uses.contains(where: \.isSecret), uses.contains(where: { !$0.isSecret }) else { return [] }
        var secrets: [String: FileUse] = [:]
        var identities: [FileIdentity: FileUse] = [:]
        for use in uses where use.isSecret {
            for path in Set([use.path, OwnPlaces.resolved(use.path, files)]) where secrets[path] == nil {
                secrets[path] = use
            }
            if let identity = identity(use, files), identities[identity] == nil { identities[identity] = use }
        }
        return uses.filter { !$0.isSecret }
            .compactMap { use in
                guard
                    let secret = secrets[use.path] ?? secrets[OwnPlaces.resolved(use.path, files)]
                        ?? identity(use, files).flatMap({ identities[$0] })
                else { return nil }
                return Diagnostic(
                    .secretFile,
                    "the \(use.what) `\(ManifestDecoder.shortened(use.shownAs))` is the source of a secret, and would be"
                        + " shown",
                    at: use.range,
                    secondary: [Label(secret.range, "the secret takes its bytes from it here")],
                    help: [
                        Help("use the secret itself: `secrets: [NAME]`, or `{secret: NAME}` as the value of a variable")
                    ]
                )
            }
    }

    private static func identity(_ use: FileUse, _ files: any ManifestFiles) -> FileIdentity? {
        (try? files.status(use.path))??.identity
    }
}
