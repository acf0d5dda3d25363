import Drivers
import ResourceModel

/// What there is to import, resource by resource.
package struct ImportReport: Sendable, Hashable {
    package var project: String
    package var driver: String
    /// In the order of addresses.
    package var items: [ImportItem]
    /// What was taken over; empty before.
    package var imported: [ResourceAddress] = []

    package init(project: String, driver: String, items: [ImportItem]) {
        self.project = project
        self.driver = driver
        self.items = items
    }

    package var adoptions: [Adoption] {
        items.compactMap { if case .adopt(let adoption) = $0.outcome { adoption } else { nil } }
    }

    /// Whether something stands in the way, so that nothing is imported.
    package var isRefused: Bool {
        items.contains { if case .refused = $0.outcome { true } else { false } }
    }

    /// How to go on where something stands in the way.
    var wayOut: String {
        let isPart = !adoptions.isEmpty
        return "change the manifests as said above and import again"
            + (isPart ? ", or name only what is to be imported" : "")
    }
}

/// One resource of an import.
package struct ImportItem: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// It is, or was, taken over.
        case adopt(Adoption)
        /// It is on record already.
        case recorded
        /// Somebody else owns it, and the manifest says so: it is used as it is.
        case external
        /// The cluster does not have it: the next apply makes it.
        case absent
        /// It is not taken over, for a reason that stops nothing.
        case left(String, help: String?)
        /// It cannot be taken over, and so nothing is.
        case refused(String, help: String?)
    }

    package var address: ResourceAddress
    /// The cluster's name of it; empty where it was not looked for.
    package var object: String
    package var outcome: Outcome
    /// Where it is declared: `path:line:column`.
    package var place: String?

    package init(_ address: ResourceAddress, object: String, _ outcome: Outcome, place: String? = nil) {
        self.address = address
        self.object = object
        self.outcome = outcome
        self.place = place
    }
}
