import SourceDiagnostics

/// A piece of a manifest that is to be written.
indirect enum ManifestValue: Sendable {
    /// A number, a word, a duration: written as it is.
    case plain(String)
    /// Text, in quotes where another reader of YAML could take it for something else.
    case text(String)
    case null
    case list([ManifestItem], Layout = .auto)
    case map([ManifestEntry], Layout = .auto)

    enum Layout: Sendable {
        /// On one line where that is short.
        case auto
        /// Always on lines of its own.
        case block
    }

    static func texts(_ items: [(String, SourceRange)], _ layout: Layout = .auto) -> ManifestValue {
        .list(items.map { ManifestItem(.text($0.0), $0.1) }, layout)
    }

    var isEmpty: Bool {
        switch self {
        case .list(let items, _): items.isEmpty
        case .map(let entries, _): entries.isEmpty
        default: false
        }
    }
}

/// An item of a list, and what of the Compose file it stands for.
struct ManifestItem: Sendable {
    var value: ManifestValue
    var origin: SourceRange?

    init(_ value: ManifestValue, _ origin: SourceRange?) {
        self.value = value
        self.origin = origin
    }
}

/// A key of a map, and what of the Compose file it stands for.
struct ManifestEntry: Sendable {
    var key: String
    var value: ManifestValue
    var origin: SourceRange?

    init(_ key: String, _ value: ManifestValue, _ origin: SourceRange? = nil) {
        self.key = key
        self.value = value
        self.origin = origin
    }
}

/// One document of a manifest file.
struct ManifestDocument: Sendable {
    /// Lines in front of it, without `# `.
    var comments: [String] = []
    var entries: [ManifestEntry]
    var origin: SourceRange?
}
