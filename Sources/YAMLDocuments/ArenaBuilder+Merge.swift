import SourceDiagnostics

extension ArenaBuilder {
    /// Adds what `<<` brings to a mapping as aliases behind its own pairs; own keys win, then earlier sources.
    ///
    /// Each pair counts as an aliased node, so a chain of merges cannot grow without bound.
    mutating func merge(_ frame: OpenCollection) {
        let value = view.resolve(frame.mergeValue)
        if records.base[value].isMapping {
            merge(from: value, into: frame)
        } else if records.base[value].isSequence {
            var item = value + 1
            let end = Int(records.base[value].second)
            while item < end, !isAbandoned {
                let source = view.resolve(item)
                if records.base[source].isMapping {
                    merge(from: source, into: frame)
                } else {
                    reportBadMerge(at: range(of: item))
                }
                item = view.after(item)
            }
        } else {
            reportBadMerge(at: range(of: frame.mergeValue))
        }
    }

    private mutating func merge(from mapping: Int, into frame: OpenCollection) {
        let place = range(of: frame.mergeKey)
        var key = mapping + 1
        let end = Int(records.base[mapping].second)
        while key < end {
            let value = view.after(key)
            defer { key = view.after(value) }
            if records.base[key].isHidden { continue }
            let text = view.resolve(key)
            guard keys.insert(text, base: frame.keyBase, view: view) == nil else { continue }
            aliasedNodes += 1
            if aliasedNodes > limits.aliasedNodes {
                reportTooManyAliases(at: place)
                return
            }
            records.append(NodeRecord(aliasTo: text, start: place.start, end: place.end))
            records.append(NodeRecord(aliasTo: view.resolve(value), start: place.start, end: place.end))
            let top = open.count - 1
            open.base[top].count += 1
            if open.base[top].count == limits.keysPerMapping + 1 { reportTooManyKeys(at: place) }
        }
    }

    private mutating func reportBadMerge(at place: SourceRange) {
        report(
            Diagnostic(
                .yamlMerge,
                "merge key `<<` needs a map or a list of maps",
                at: place,
                help: [Help("write `<<: *name`, where `&name` marks a map")]
            )
        )
    }
}
