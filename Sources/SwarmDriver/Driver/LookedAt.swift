import Drivers
import ResourceModel

/// The definitions that the last inventory saw: what a plan was made from.
///
/// Whoever changes a service between a look and the update that was planned from it is not overwritten.
actor LookedAt {
    private var specs: [ResourceAddress: CanonicalValue] = [:]

    /// Takes the place of what was seen before.
    func remember(_ services: [CanonicalValue]) {
        specs = [:]
        for service in services {
            guard let spec = service["Spec"], let address = Self.address(spec) else { continue }
            specs[address] = SpecNormalisation.normalised(spec)
        }
    }

    /// Throws when the live definition is another than the one that was seen; one that nobody looked at passes.
    func check(_ address: ResourceAddress, _ live: CanonicalValue) throws(DriverError) {
        guard let seen = specs[address], let spec = live["Spec"], SpecNormalisation.normalised(spec) != seen else {
            return
        }
        throw DriverError(
            .conflict,
            "\(address): somebody changed it in the cluster after the plan was made",
            help: "make a new plan: it shows what was changed"
        )
    }

    /// Throws when another operation has defined the service since it was seen: a holder of the lock that was suspended
    /// must not remove what the next one has made of it, and the engine asks for no version there.
    func checkOperation(_ address: ResourceAddress, _ live: CanonicalValue) throws(DriverError) {
        let key = OwnershipLabels.operationKey
        guard let seen = specs[address]?.at("Labels")?[key]?.string,
            let found = live.at("Spec", "Labels")?[key]?.string, found != seen
        else { return }
        throw DriverError(
            .conflict,
            "\(address): another run has changed it after the plan was made",
            help: "make a new plan: it shows what was changed"
        )
    }

    /// What was seen no longer holds: this run has changed it itself.
    func forget(_ address: ResourceAddress) {
        specs[address] = nil
    }

    static func address(_ spec: CanonicalValue) -> ResourceAddress? {
        OwnershipLabels(engineLabels: spec["Labels"]?.texts ?? [:])?.address
    }
}
