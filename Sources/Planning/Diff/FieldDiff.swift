import Plans
import ResourceModel

/// Compares two resources field by field.
///
/// Called only where fingerprints differ. Paths are below `spec` (`environment.LOG_LEVEL`,
/// `ports[http].published`), or start with `metadata`. A field that canonical text leaves out (a flag that is off, an
/// empty list) is nil. Items of a list that have a name are compared by it, others by their position.
struct FieldDiff {
    private(set) var changes: [FieldChange] = []
    private var forcesReplacement = false
    private var isSensitive = false

    /// The changes from one canonical resource to another of the same kind, in the order of the kind's table.
    static func changes(
        _ kind: ResourceKind,
        from before: CanonicalValue?,
        to after: CanonicalValue?
    ) -> [FieldChange] {
        var diff = FieldDiff()
        diff.compare("metadata", before?["metadata"], after?["metadata"])
        let old = before?["spec"]
        let new = after?["spec"]
        for row in FieldTables.rows(kind) {
            diff.forcesReplacement = row.forcesReplacement
            diff.isSensitive = kind == .secret && row.name == "digest"
            diff.compare(row.name, old?[row.name], new?[row.name], FieldTables.identity(ofItemsIn: row.name))
        }
        return diff.changes
    }

    private mutating func compare(
        _ path: String,
        _ before: CanonicalValue?,
        _ after: CanonicalValue?,
        _ identity: [String]? = nil
    ) {
        guard before != after else { return }
        let known = changes.count
        switch (before, after) {
        case (.object(let old)?, .object(let new)?): members(path, old, new)
        case (.object(let old)?, nil): members(path, old, [])
        case (nil, .object(let new)?): members(path, [], new)
        case (.array(let old)?, .array(let new)?): items(path, old, new, identity)
        case (.array(let old)?, nil): items(path, old, [], identity)
        case (nil, .array(let new)?): items(path, [], new, identity)
        default: break
        }
        // Scalars, values of two shapes, and lists of which only the order changed.
        if changes.count == known { emit(path, before, after) }
    }

    private mutating func members(_ path: String, _ old: [CanonicalMember], _ new: [CanonicalMember]) {
        var rest = old[...]
        for member in new {
            if let index = rest.firstIndex(where: { $0.key == member.key }) {
                for gone in rest[..<index] where !new.contains(where: { $0.key == gone.key }) {
                    compare("\(path).\(gone.key)", gone.value, nil)
                }
                compare("\(path).\(member.key)", rest[index].value, member.value)
                rest = rest[(index + 1)...]
            } else {
                compare("\(path).\(member.key)", nil, member.value)
            }
        }
        for gone in rest where !new.contains(where: { $0.key == gone.key }) {
            compare("\(path).\(gone.key)", gone.value, nil)
        }
    }

    private mutating func items(
        _ path: String,
        _ old: [CanonicalValue],
        _ new: [CanonicalValue],
        _ identity: [String]?
    ) {
        guard let identity, let oldNames = Self.names(old, identity), let newNames = Self.names(new, identity) else {
            for index in 0..<max(old.count, new.count) {
                let before = index < old.count ? old[index] : nil
                let after = index < new.count ? new[index] : nil
                if before != nil, after != nil {
                    compare("\(path)[\(index)]", before, after)
                } else {
                    emit("\(path)[\(index)]", before, after)
                }
            }
            return
        }
        for (index, name) in oldNames.enumerated() {
            if let match = newNames.firstIndex(of: name) {
                compare("\(path)[\(name)]", old[index], new[match])
            } else {
                emit("\(path)[\(name)]", old[index], nil)
            }
        }
        for (index, name) in newNames.enumerated() where !oldNames.contains(name) {
            emit("\(path)[\(name)]", nil, new[index])
        }
    }

    /// The names of a list's items; nil when one has none, or two have the same.
    static func names(_ items: [CanonicalValue], _ identity: [String]) -> [String]? {
        var names: [String] = []
        for item in items {
            let values = identity.lazy.compactMap { item[$0] }
            guard let name = values.first.flatMap(Self.text), !names.contains(name) else { return nil }
            names.append(name)
        }
        return names
    }

    private static func text(_ value: CanonicalValue) -> String? {
        value.string ?? value.integer.map(String.init)
    }

    private mutating func emit(_ path: String, _ before: CanonicalValue?, _ after: CanonicalValue?) {
        changes.append(
            FieldChange(
                path: path,
                before: before,
                after: after,
                forcesReplacement: forcesReplacement,
                isSensitive: isSensitive
            )
        )
    }
}
