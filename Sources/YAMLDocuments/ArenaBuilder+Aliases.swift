import CLibYAML
import SourceDiagnostics

/// The anchors of one document.
struct AnchorTable {
    struct Anchor {
        let record: Int
        /// Nodes that an alias to it stands for; 0 while it is open.
        var expanded: Int
        var height: Int
        var isOpen: Bool
    }

    private var anchors: [Anchor] = []
    private var numbers: [String: Int] = [:]

    mutating func removeAll() {
        if anchors.isEmpty { return }
        anchors.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
    }

    mutating func define(_ name: UnsafePointer<UInt8>?, record: Int, expanded: Int, height: Int) {
        add(name, Anchor(record: record, expanded: expanded, height: height, isOpen: false))
    }

    /// Adds the anchor of a collection that is not complete yet, and gives its number.
    mutating func open(_ name: UnsafePointer<UInt8>?, record: Int) -> Int {
        add(name, Anchor(record: record, expanded: 0, height: 0, isOpen: true))
        return anchors.count - 1
    }

    mutating func close(_ number: Int, expanded: Int, height: Int) {
        anchors[number].expanded = expanded
        anchors[number].height = height
        anchors[number].isOpen = false
    }

    func find(_ name: String) -> Anchor? { numbers[name].map { anchors[$0] } }

    var names: [String] { numbers.keys.sorted() }

    private mutating func add(_ name: UnsafePointer<UInt8>?, _ anchor: Anchor) {
        guard let name else { return }
        // A name given again means the new node from here on, as YAML says.
        numbers[String(cString: name)] = anchors.count
        anchors.append(anchor)
    }
}

extension ArenaBuilder {
    /// Adds an alias as a record that leads to the anchored node.
    mutating func alias(_ event: UnsafePointer<yaml_event_t>) {
        guard let pointer = event.pointee.data.alias.anchor else { return }
        let name = String(cString: pointer)
        let start = cursor.offset(event.pointee.start_mark.index)
        let end = cursor.offset(event.pointee.end_mark.index)
        lastEnd = end
        let isKey = expectsKey
        let record = records.count
        guard let anchor = anchors.find(name), !anchor.isOpen else {
            reportBadAlias(name, at: range(start, end))
            // An empty text stands in its place, so that keys and values stay in step.
            records.append(
                NodeRecord(
                    bits: NodeRecord.bits(.scalar, .doubleQuoted, .none) | (isKey ? NodeRecord.hidden : 0),
                    start: UInt32(truncatingIfNeeded: start),
                    end: UInt32(truncatingIfNeeded: end),
                    first: UInt32(truncatingIfNeeded: end),
                    second: 0
                )
            )
            let top = open.count - 1
            if top >= 0, open.base[top].valueIsMerged {
                // The unknown alias was reported; that its stand-in is no map need not be.
                open.base[top].valueIsMerged = false
            }
            finishNode(record: record, expanded: 1, height: 0)
            return
        }
        records.append(
            NodeRecord(
                aliasTo: anchor.record,
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: end)
            )
        )
        aliasedNodes += anchor.expanded
        if aliasedNodes > limits.aliasedNodes { reportTooManyAliases(at: range(start, end)) }
        if open.count + anchor.height > limits.nesting { reportTooDeep(at: range(start, end)) }
        if isKey {
            if records.base[anchor.record].isScalar {
                registerKey(anchor.record, site: record)
            } else {
                hide(record)
                report(
                    Diagnostic(
                        .yamlKeyNotString,
                        "key is an alias of a list or map",
                        at: range(start, end),
                        secondary: [Label(range(of: anchor.record), "this is not a string")]
                    )
                )
            }
        }
        finishNode(record: record, expanded: anchor.expanded, height: anchor.height)
    }

    private mutating func reportBadAlias(_ name: String, at place: SourceRange) {
        let shown = Escaping.visible(name)
        if let anchor = anchors.find(name) {
            let start = records.base[anchor.record].start
            report(
                Diagnostic(
                    .yamlRecursiveAlias,
                    "alias `*\(shown)` stands inside the node that it names",
                    at: place,
                    secondary: [Label(SourceRange(file: id, start: start, end: start + 1), "the node starts here")]
                )
            )
            return
        }
        var help: [Help] = []
        if let near = Suggestion.nearest(name, in: anchors.names) {
            help.append(Help("did you mean `*\(Escaping.visible(near))`?", edits: [TextEdit(place, "*" + near)]))
        } else {
            help.append(Help("quote the value if the text is meant: `\"*\(shown)\"`"))
        }
        report(Diagnostic(.yamlUnknownAlias, "unknown alias `*\(shown)`", at: place, help: help))
    }

    mutating func reportTooManyAliases(at place: SourceRange) {
        isAbandoned = true
        report(
            Diagnostic(
                .yamlTooManyAliases,
                "aliases stand for more than \(limits.aliasedNodes) nodes",
                at: place,
                notes: ["the rest of this document was not read"]
            )
        )
    }
}
