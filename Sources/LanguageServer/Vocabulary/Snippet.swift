import Manifests
import ResourceModel

/// Text with places to fill in, as clients with snippets take it.
struct Snippet: Sendable {
    private(set) var text = ""
    private var places = 0
    /// The white space of lines behind the first, beyond that of the line itself.
    private let indent: String

    init(indent: Int = 0) { self.indent = String(repeating: " ", count: max(0, indent)) }

    /// A key with its colon, and below it what must be given.
    static func key(_ field: FieldInfo, indent: Int) -> Snippet {
        var snippet = Snippet(indent: indent)
        snippet.add(field, depth: 0)
        return snippet
    }

    /// A whole manifest.
    static func manifest(_ kind: ResourceKind) -> Snippet {
        var snippet = Snippet()
        snippet.text = "apiVersion: orchplan/v1\nkind: \(kind.manifestName)\nmetadata:\n  name: "
        snippet.place()
        switch kind {
        case .service: snippet.line("spec:", "  image: ")
        case .secret, .config: snippet.line("spec:", "  file: ")
        case .network, .volume: return snippet
        }
        snippet.place()
        return snippet
    }

    private mutating func line(_ lines: String...) {
        for line in lines { text += "\n" + indent + line }
    }

    private mutating func place() {
        places += 1
        text += "$\(places)"
    }

    private mutating func add(_ field: FieldInfo, depth: Int) {
        let space = indent + String(repeating: "  ", count: depth + 1)
        text += "\(field.name):"
        for type in field.type.alternatives {
            switch type {
            case .record(let info):
                let required = info().fields.filter(\.isRequired)
                guard !required.isEmpty else { break }
                for field in required {
                    text += "\n" + space
                    add(field, depth: depth + 1)
                }
                return
            case .choice(let words) where !words.isEmpty && words.count <= 20: return choice(words)
            case .bool: return choice(["true", "false"])
            default: break
            }
        }
        switch field.type.alternatives.first {
        case .list: text += "\n\(space)- "
        case .record, .map, .entries: text += "\n\(space)"
        default: text += " "
        }
        place()
    }

    private mutating func choice(_ words: [String]) {
        places += 1
        let escaped = words.map { word in
            word.map { "\\,|".contains($0) ? "\\\($0)" : "\($0)" }.joined()
        }
        text += words.count == 1 ? " \(words[0])" : " ${\(places)|\(escaped.joined(separator: ","))|}"
    }
}
