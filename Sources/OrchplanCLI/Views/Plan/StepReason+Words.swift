import Plans
import ResourceModel

extension PlanStep {
    /// Why the step is in the plan, as one sentence: `because its image changed`; empty when the plan says nothing.
    package var because: String {
        // That a new thing does not exist yet is what "will be created" says already.
        if reasons == [.notRecorded], action == .create { return "" }
        var parts: [String] = []
        for reason in reasons {
            let text = words(for: reason)
            if !text.isEmpty, !parts.contains(text) { parts.append(text) }
        }
        return parts.isEmpty ? "" : "because " + Words.list(parts)
    }

    private func words(for reason: StepReason) -> String {
        switch reason {
        case .notRecorded: "it is declared and does not exist yet"
        case .notDeclared: "it is no longer declared"
        case .fieldsChanged: changedFields
        case .replacementForced(let fields): "its \(Words.list(fields, limit: 3)) cannot change in place"
        case .contentChanged(let address): "\(address) has new content"
        case .tagMoved(let image): "the tag \(image) now names other content"
        case .imagePinned(let image): "\(image) is pinned to the content that it names now"
        case .missing: "the cluster has lost it"
        case .drifted(let how): "the cluster has it otherwise than recorded: \(how)"
        case .interrupted(let operation): "an earlier apply was interrupted here (operation \(operation))"
        case .unfinished: before == nil ? "its creation did not finish" : "an earlier apply did not see it through"
        case .recordOnly: "only its protection or planning fields changed"
        // Whoever asks for it knows.
        case .destroyRequested: ""
        case .dependencyReplaced(let address): "\(address), which it needs, is replaced"
        case .autoscaled(let from, let to, let why): "its load asks for \(to) instances, not \(from) (\(why))"
        }
    }

    /// The path as people know it: a secret's digest stands for its content.
    static func shownPath(_ change: FieldChange, of kind: ResourceKind) -> String {
        kind == .secret && change.path == "digest" ? "content" : change.path
    }

    private var changedFields: String {
        var names: [String] = []
        // A new object name is what a new content looks like from inside; the reason for it says it better.
        let contentIsSaid = reasons.contains { if case .contentChanged = $0 { true } else { false } }
        let imageIsSaid =
            changes.contains { $0.path == "image" }
            || reasons.contains {
                switch $0 {
                case .tagMoved, .imagePinned: true
                default: false
                }
            }
        for change in changes where !(contentIsSaid && change.path.hasSuffix(".object")) {
            if imageIsSaid, change.path == "imageDigest" { continue }
            let name = String(PlanStep.shownPath(change, of: address.kind).prefix { $0 != "." && $0 != "[" })
            if !names.contains(name) { names.append(name) }
        }
        guard !names.isEmpty else { return contentIsSaid || imageIsSaid ? "" : "its declaration changed" }
        return "its \(Words.list(names, limit: 3)) changed"
    }
}
