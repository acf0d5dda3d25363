import ResourceModel

/// Keeps the recorded values of fields that another system owns (`ignoreChanges`, the replicas of a scaled service).
///
/// The result is what the resource is compared as and applied as: an ignored field never makes a change of its own, and
/// a change elsewhere does not reset it.
enum IgnoredFields {
    /// The edits of fields that are not another system's to set.
    static func notIgnored(_ edits: [LiveEdit], in spec: ServiceSpec) -> [LiveEdit] {
        edits.filter { !spec.leavesToOthers($0.path) }
    }

    /// `desired` with the recorded value at every path; unchanged when the result would be no service.
    static func keep(_ paths: [String], of recorded: CanonicalValue, in desired: Resource) -> Resource {
        guard var tree = try? CanonicalText(desired).value(), let old = recorded["spec"] else { return desired }
        guard case .object(var members) = tree, let spec = members.firstIndex(where: { $0.key == "spec" }) else {
            return desired
        }
        var value: CanonicalValue? = members[spec].value
        for path in paths { value = overlay(components(path)[...], [], value, old) }
        guard let value else { return desired }
        members[spec].value = value
        tree = .object(members)
        guard var kept = try? Resource(canonical: tree) else { return desired }
        kept.protect = desired.protect
        return kept
    }

    /// `ports[http].published` as `ports`, `[http]`, `published`.
    private static func components(_ path: String) -> [String] {
        var found: [String] = []
        for part in path.split(separator: ".") {
            guard let bracket = part.firstIndex(of: "["), part.hasSuffix("]") else {
                found.append(String(part))
                continue
            }
            found.append(String(part[..<bracket]))
            found.append(String(part[bracket...]))
        }
        return found
    }

    private static func overlay(
        _ rest: ArraySlice<String>,
        _ path: [String],
        _ desired: CanonicalValue?,
        _ recorded: CanonicalValue?
    ) -> CanonicalValue? {
        guard let next = rest.first else { return recorded }
        if next.hasPrefix("[") { return item(rest, path, desired, recorded) }
        let order = FieldTables.order(ofServiceRecordAt: path)
        // Keys of a map may hold dots themselves: everything that is left of the path is the key.
        let key = order == nil ? rest.joined(separator: ".") : next
        let left = order == nil ? [] : rest.dropFirst()
        var members = desired?.object ?? []
        let value = overlay(left, path + [key], desired?[key], recorded?[key])
        let index = members.firstIndex { $0.key == key }
        switch (value, index) {
        case (let value?, let index?): members[index].value = value
        case (let value?, nil): insert(CanonicalMember(key: key, value: value), order, into: &members)
        case (nil, let index?): members.remove(at: index)
        case (nil, nil): return desired
        }
        return members.isEmpty && order == nil ? nil : .object(members)
    }

    private static func item(
        _ rest: ArraySlice<String>,
        _ path: [String],
        _ desired: CanonicalValue?,
        _ recorded: CanonicalValue?
    ) -> CanonicalValue? {
        guard let next = rest.first, let field = path.last, let identity = FieldTables.identity(ofItemsIn: field),
            case .array(var items)? = desired, let names = FieldDiff.names(items, identity)
        else { return desired }
        let old = recorded?.array ?? []
        let name = String(next.dropFirst().dropLast())
        let match = FieldDiff.names(old, identity)?.firstIndex(of: name).map { old[$0] }
        guard let index = names.firstIndex(of: name) else {
            guard rest.count == 1, let match else { return desired }
            return .array(items + [match])
        }
        if let value = overlay(rest.dropFirst(), path, items[index], match) {
            items[index] = value
        } else {
            items.remove(at: index)
        }
        return .array(items)
    }

    private static func insert(_ member: CanonicalMember, _ order: [String]?, into members: inout [CanonicalMember]) {
        let rank = order?.firstIndex(of: member.key) ?? 0
        let index = members.firstIndex {
            if let order { (order.firstIndex(of: $0.key) ?? 0) > rank } else { $0.key > member.key }
        }
        members.insert(member, at: index ?? members.count)
    }
}
