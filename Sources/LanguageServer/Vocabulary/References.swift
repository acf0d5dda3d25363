import Manifests
import ResourceModel
import SourceDiagnostics

/// A word that names another resource.
struct WrittenReference: Sendable, Hashable {
    var address: ResourceAddress
    /// The name alone, without quotes and what stands behind it in a short form.
    var range: Range<Int>
}

extension Vocabulary {
    /// The kind of resource that is named by the value at a path; nil where no resource is.
    func referencedKind(_ path: [OutlineStep]) -> ResourceKind? {
        guard root == .manifest(.service), path.first == .key("spec") else { return nil }
        return switch Array(path.dropFirst()) {
        case [.key("networks"), .item], [.key("networks"), .item, .key("network")]: .network
        case [.key("secrets"), .item], [.key("secrets"), .item, .key("source")]: .secret
        case [.key("configs"), .item], [.key("configs"), .item, .key("source")]: .config
        case [.key("dependsOn"), .item], [.key("dependsOn"), .item, .key("service")]: .service
        case [.key("mounts"), .item], [.key("mounts"), .item, .key("source")]: .volume
        case let path where path.count == 3 && path[0] == .key("environment"): environmentKind(path[2])
        default: nil
        }
    }

    private func environmentKind(_ step: OutlineStep) -> ResourceKind? {
        switch step {
        case .key("secret"): .secret
        case .key("config"): .config
        default: nil
        }
    }
}

extension Outline {
    /// The resource that the value of a node names.
    func reference(_ node: Int, _ vocabulary: Vocabulary) -> WrittenReference? {
        guard let value = nodes[node].value, let kind = vocabulary.referencedKind(path(node)) else { return nil }
        var range = unquoted(value)
        if kind == .volume {
            // A record says its type; the short form is of a volume unless it starts like a path.
            if let parent = nodes[node].parent, !nodes[node].isItem, let type = child("type", of: parent),
                valueText(type) != "volume"
            {
                return nil
            }
            if nodes[node].isItem {
                guard let colon = file.bytes[range].firstIndex(of: UInt8(ascii: ":")) else { return nil }
                range = range.lowerBound..<colon
            }
        }
        let name = file.text(in: range)
        guard ResourceAddress.isValidName(name) else { return nil }
        return WrittenReference(address: ResourceAddress(kind, name), range: range)
    }

    /// Every word of the document that names another resource.
    func references(_ vocabulary: Vocabulary) -> [WrittenReference] {
        nodes.indices.compactMap { reference($0, vocabulary) }
    }
}
