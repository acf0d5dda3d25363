import ResourceModel
import SourceDiagnostics

/// Placement expressions: what is wrong with one, and what was meant.
enum PlacementRules {
    /// A complaint with the way out.
    struct Complaint {
        var message: String
        var help: String
        /// The whole text as it was meant, where that is known.
        var correction: String?
    }

    /// What is wrong with `KEY == VALUE` or `KEY != VALUE`, if anything.
    static func complaint(aboutConstraint text: String) -> Complaint? {
        do throws(PlacementFault) {
            _ = try PlacementConstraint(parsing: text)
            return nil
        } catch {
            return complaint(error, about: text)
        }
    }

    /// What is wrong with `spread=KEY`, if anything.
    static func complaint(aboutPreference text: String) -> Complaint? {
        do throws(PlacementFault) {
            _ = try PlacementPreference(parsing: text)
            return nil
        } catch {
            return complaint(error, about: text)
        }
    }

    private static func complaint(_ fault: PlacementFault, about text: String) -> Complaint {
        let shown = "`\(ManifestDecoder.shortened(text))`"
        let usage = "write `node.role == worker` or `node.labels.zone != a`"
        switch fault {
        case .noComparison(let repaired?):
            return Complaint(
                message: "\(shown) compares with a single `=`",
                help: "write `\(ManifestDecoder.shortened(repaired))`",
                correction: repaired
            )
        case .noComparison(nil), .incomplete:
            return Complaint(message: "\(shown) is no placement constraint", help: usage)
        case .severalComparisons:
            return Complaint(
                message: "\(shown) compares more than once",
                help: "write one list item for each comparison; a node must meet them all"
            )
        case .unknownKey(let key):
            let near = nearest(key)
            let known = NodeKey.names.joined(separator: ", ") + ", node.labels.NAME or engine.labels.NAME"
            return Complaint(
                message: "`\(ManifestDecoder.shortened(key))` is nothing that a node has",
                help: near.map { "did you mean `\(ManifestDecoder.shortened($0))`?" } ?? "write \(known)",
                correction: near.flatMap { replacing(key, by: $0, in: text) }
            )
        case .unreadableKey(let key):
            return Complaint(
                message: "`\(ManifestDecoder.shortened(key))` is no label that a constraint can name",
                help: "give the node a label of letters, digits, `-`, `_` and `.`"
            )
        case .unreadableValue(let value):
            return Complaint(
                message: "`\(ManifestDecoder.shortened(value))` is no value that a constraint can name",
                help: "use letters, digits, spaces and any of :-_.*()?+[]\\^$|/"
            )
        case .noAddress(let value):
            return Complaint(
                message: "`\(ManifestDecoder.shortened(value))` is neither an address nor a network",
                help: "write `node.ip == 10.0.0.1` or `node.ip != 10.0.0.0/8`"
            )
        case .unknownRole(let role):
            let near = Suggestion.nearest(role, in: NodeRole.allCases.map(\.rawValue))
            return Complaint(
                message: "a node's role is manager or worker, not `\(ManifestDecoder.shortened(role))`",
                help: near.map { "did you mean `\($0)`?" } ?? usage,
                correction: near.flatMap { replacing(role, by: $0, in: text) }
            )
        case .noSpread:
            return Complaint(message: "\(shown) is no preference", help: "write `spread=node.labels.zone`")
        }
    }

    /// The text with one word of it replaced; nil where the word stands there twice, or the result is wrong all the same.
    private static func replacing(_ word: String, by other: String, in text: String) -> String? {
        let places = text.ranges(of: word)
        guard places.count == 1, let place = places.first else { return nil }
        let result = String(text[..<place.lowerBound] + other + text[place.upperBound...])
        return complaint(aboutConstraint: result) == nil ? result : nil
    }

    /// The key that a mistyped one was meant to be: `node.rol`, `hostname`, `node.label.zone`, `node.zone`.
    private static func nearest(_ key: String) -> String? {
        let parts = key.split(separator: ".").map(String.init)
        guard let first = parts.first else { return nil }
        let isRooted = first.lowercased() == "node" || Suggestion.distance(first, "node") == 1
        let own = (isRooted ? Array(parts.dropFirst()) : parts).joined(separator: ".")
        let names = NodeKey.names.map { String($0.dropFirst("node.".count)) }
        if names.contains(own.lowercased()) { return "node." + own.lowercased() }
        if let near = Suggestion.nearest(own, in: names) { return "node." + near }
        guard isRooted || parts.count > 1 else { return nil }
        var label = own.split(separator: ".").map(String.init)
        if let head = label.first, label.count > 1, Suggestion.distance(head.lowercased(), "labels") <= 1 {
            label.removeFirst()
        }
        let meant = "node.labels." + label.joined(separator: ".")
        return NodeKey(parsing: meant) == nil ? nil : meant
    }
}
