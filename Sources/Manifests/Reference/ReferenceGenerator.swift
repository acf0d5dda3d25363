import ResourceModel

/// The reference of the manifest format, from the tables that decode manifests: `docs/manifests.md`.
///
/// An introduction by hand, then one section for each kind with a table of its fields, and below it one for each record
/// that it holds. A record that several fields hold has one section.
package struct ReferenceGenerator {
    private var text = ReferenceIntroduction.text
    /// Titles of records that have their section.
    private var written: Set<String> = []
    /// The fields that hold a record, by its title.
    private let users: [String: [String]]

    /// The whole document.
    package static func markdown() -> String {
        var generator = ReferenceGenerator()
        for root in roots {
            generator.section(root.record, level: "##", root: root.name)
            generator.records(below: root.record)
        }
        return generator.text
    }

    private init() {
        var users: [String: [String]] = [:]
        for root in Self.roots { Self.collect(root.record, at: root.name, into: &users) }
        self.users = users
    }

    /// The tops in the order of their sections; metadata comes as a record of the manifest.
    private static let roots: [(name: String, record: RecordInfo)] =
        [("manifest", Header.table.info)]
        + ResourceKind.inOrder.map { ($0.rawValue, Explain.record(of: $0)) }
        + [("project", ProjectFile.table.info)]

    private static func collect(_ record: RecordInfo, at path: String, into users: inout [String: [String]]) {
        for field in record.fields {
            guard let inner = field.type.record else { continue }
            let place = "\(path).\(field.name.text)\(field.type.steps)"
            users[inner.title, default: []].append(place)
            collect(inner, at: place, into: &users)
        }
    }

    /// The sections of all records that a record's fields hold, each below the first that holds it.
    private mutating func records(below record: RecordInfo) {
        for field in record.fields {
            guard let inner = field.type.record, written.insert(inner.title).inserted else { continue }
            section(inner, level: "###", root: nil)
            records(below: inner)
        }
    }

    private mutating func section(_ record: RecordInfo, level: String, root: String?) {
        text += "\n\(level) \(Self.heading(record.title))\n\n\(record.doc)\n"
        if let places = users[record.title], root == nil {
            text += "\nHeld by " + places.map { "`\($0)`" }.joined(separator: ", ") + ".\n"
        }
        let changes = root.flatMap(ResourceKind.init(rawValue:)).flatMap(FieldConsequences.init)
        var head = ["Field", "Type", "Default", "Meaning"]
        if changes != nil { head.append("A change") }
        head.append("Example")
        text += "\n" + Self.row(head) + Self.row(head.map { _ in "---" })
        for field in record.fields {
            // The header keeps the spec as it is: its kind's table reads it.
            let isSpec = root == "manifest" && field.name.text == "spec"
            let type = isSpec ? "the fields of its kind, below" : field.type.markdown
            var cells = ["`\(field.name.text)`", type, Self.standard(field), Self.plain(field.doc)]
            if let changes { cells.append(changes.text(of: field.name.text)) }
            cells.append(field.example.map(Self.code) ?? "")
            text += Self.row(cells)
        }
    }

    private static func row(_ cells: [String]) -> String {
        "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined() + "\n"
    }

    /// The default as it would be written, or what to know in its place.
    private static func standard(_ field: FieldInfo) -> String {
        if field.isRequired { return "required" }
        guard let text = field.defaultText else { return "" }
        return text.contains(" ") ? plain(text) : code(text)
    }

    /// Text in a cell.
    static func plain(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "|" ? "\\|" : $1 == "<" ? "&lt;" : String($1) }
    }

    /// Text as it would be typed, in a cell.
    static func code(_ text: String) -> String {
        "`" + text.reduce(into: "") { $0 += $1 == "|" ? "\\|" : String($1) } + "`"
    }

    static func heading(_ title: String) -> String { title.prefix(1).uppercased() + title.dropFirst() }
}

extension FieldType {
    /// What leads from the field to a record that it holds: items of a list, values of a map.
    var steps: String {
        switch self {
        case .list(let element): "[]" + element.steps
        case .map(let value), .entries(_, let value): ".NAME" + value.steps
        case .anyOf(let types): types.first { $0.record != nil }?.steps ?? ""
        default: ""
        }
    }

    /// The type in the words of the reference, with a link to each record.
    fileprivate var markdown: String {
        switch self {
        case .record(let info):
            "[\(info().title)](#\(info().title.lowercased().map { $0 == " " ? "-" : String($0) }.joined()))"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let element): "list of \(element.enclosed)"
        case .map(let value), .entries(_, let value): "map of text to \(value.enclosed)"
        case .anyOf(let types): types.map(\.markdown).joined(separator: "; or ")
        default: ReferenceGenerator.plain(text)
        }
    }

    private var enclosed: String {
        if case .anyOf = self { return "(\(markdown))" }
        return markdown
    }
}
