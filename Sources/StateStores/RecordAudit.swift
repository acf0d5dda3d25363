import ResourceModel

/// Whether records mean what they say, beyond that they can be read.
///
/// Each is held against its own fingerprint, under the project's key, and all of them against the last revision where
/// that one converged: what it declared is then what is recorded, so that a record that is gone, or one that came in from
/// elsewhere, is found. After a revision that did not come to its end nobody can tell that.
package enum RecordAudit {
    /// What is wrong, one line each; empty: nothing that could be told.
    ///
    /// - Parameter last: The last revision, with its desired state; nil: there is none.
    package static func problems(of state: RecordedState, last: Revision?) -> [String] {
        var problems: [String] = []
        if state.serial < state.lastRevision {
            problems.append("the serial is \(state.serial), and there is a revision \(state.lastRevision)")
        }
        let fingerprinter = Fingerprinter(key: state.key)
        for record in state.resources {
            if let problem = fault(of: record, state, fingerprinter) { problems.append(problem) }
            if state.attempted.contains(record.address) {
                problems.append("\(record.address) has a record, and counts as begun and not recorded")
            }
            let isSeenThrough = record.revision == state.lastRevision && last?.outcome == .converged
            if isSeenThrough, state.begunAgain.contains(record.address) {
                problems.append("\(record.address) was seen through by the last revision, and counts as begun again")
            }
        }
        guard problems.isEmpty, let last, last.outcome == .converged, state.openOperations.isEmpty else {
            return problems
        }
        return differences(of: state.resources, from: last)
    }

    /// What is wrong with one record on its own.
    private static func fault(
        of record: RecordedResource,
        _ state: RecordedState,
        _ fingerprinter: Fingerprinter
    ) -> String? {
        guard let resource = try? record.resource.decoded(Resource.self) else {
            return "the record of \(record.address) cannot be read as a \(record.address.kind.rawValue)"
        }
        guard resource.address == record.address else {
            return "the record of \(record.address) holds \(resource.address)"
        }
        guard fingerprinter.digest(Array(record.resource.text.utf8)) == record.fingerprint else {
            return "the record of \(record.address) is not what its fingerprint says"
        }
        guard isName(record.objectName, of: resource) else {
            return "the record of \(record.address) names an object that cannot be its own"
        }
        guard (0...max(0, state.lastRevision)).contains(record.revision) else {
            return "the record of \(record.address) is of revision \(record.revision), which there is not"
        }
        return nil
    }

    private static func isName(_ name: String, of resource: Resource) -> Bool {
        switch resource.address.kind {
        case .secret, .config:
            // An object that somebody else owns has any name.
            return resource.spec.isExternal
                || name.hasPrefix("\(resource.address.name.prefix(50))-") && name.utf8.count <= 63
        case .network, .volume, .service:
            return name == resource.spec.externalName ?? resource.address.name
        }
    }

    private static func differences(of records: [RecordedResource], from last: Revision) -> [String] {
        var problems: [String] = []
        var rest: [ResourceAddress: CanonicalText] = [:]
        for text in last.desired {
            guard let address = (try? text.decoded(Resource.self))?.address else {
                return ["what revision \(last.number) declared cannot be read"]
            }
            rest[address] = text
        }
        for record in records {
            guard let text = rest.removeValue(forKey: record.address) else {
                problems.append("\(record.address) has a record, and revision \(last.number) knew nothing of it")
                continue
            }
            if text != record.resource {
                problems.append("the record of \(record.address) is not what revision \(last.number) applied")
            }
        }
        problems += rest.keys.sorted().map { "\($0) was recorded by revision \(last.number), and its record is gone" }
        return problems
    }
}
