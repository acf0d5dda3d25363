import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// What an entry names that is left out for something else that is wrong with it.
struct Mention: Sendable {
    /// The resource that it is a part of; nil while its document is read.
    var from: ResourceAddress?
    var address: ResourceAddress
    var range: SourceRange
}

/// Names in faulty entries: one that leads nowhere is told in the same run as the fault beside it.
extension ManifestDecoder {
    /// Keeps what a faulty entry of a list names.
    mutating func keepMention(of entry: YAMLNode, in list: String, since faults: Int) {
        switch list {
        case "networks": keepMention("network", of: entry, .network, since: faults)
        case "secrets": keepMention("source", of: entry, .secret, since: faults)
        case "configs": keepMention("source", of: entry, .config, since: faults)
        case "dependsOn": keepMention("service", of: entry, .service, since: faults)
        case "mounts" where entry.isMapping && entry["type"]?.hasText("volume") ?? true:
            keepMention("source", of: entry, .volume, since: faults)
        default: return
        }
    }

    /// Keeps what one member of a faulty record names, unless it is the member itself that cannot be read.
    mutating func keepMention(_ key: String, of record: YAMLNode, _ kind: ResourceKind, since faults: Int) {
        guard record.isMapping, let node = record[key], node.isScalar, !node.isNull else { return }
        let range = node.smallRange
        let isAtFault = diagnostics[min(faults, diagnostics.count)...]
            .contains { fault in
                guard let place = fault.primary?.range, fault.severity == .error else { return false }
                return place.file == range.file && place.start < range.end && place.end > range.start
            }
        guard !isAtFault else { return }
        // It was read once, and what there was to say of that was said.
        let (said, used) = (diagnostics.count, variableUses.count)
        let name = text(node)
        diagnostics.removeSubrange(said...)
        variableUses.removeSubrange(used...)
        guard let name else { return }
        mentions.append(Mention(from: nil, address: ResourceAddress(kind, name), range: range))
    }

    /// Says whose the mentions of a document are, now that it was read.
    mutating func attributeMentions(to address: ResourceAddress) {
        for index in mentions.indices.reversed() {
            guard mentions[index].from == nil else { return }
            mentions[index].from = address
        }
    }
}
