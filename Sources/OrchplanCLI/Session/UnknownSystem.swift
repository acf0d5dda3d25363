import Drivers
import ResourceModel

extension Workspace {
    /// Refuses to plan over a system that somebody applied with another record.
    ///
    /// A swarm is shared: on a second machine, or after the record was lost, its objects are there and nothing is known of
    /// them. To plan them anew replaces networks, and so takes services down that are well.
    func refuseUnknownSystem(_ recorded: RecordedState, _ inventory: Inventory) throws {
        guard settings.driver.name == "swarm", recorded.isBlank else { return }
        let count = inventory.services.count + inventory.objects.count
        guard count > 0 else { return }
        throw CommandFailure(
            "the swarm has \(Words.count(count, "object")) of \(settings.project), and the record knows of none:"
                + " they were applied with another record than \(settings.state)",
            help: "bring that record here (--state), give this project another name, or plan everything anew with"
                + " --take-over, which replaces networks and the services on them unless \(settings.state).key is of that record"
        )
    }

    /// The same for a loop, before its first round.
    ///
    /// A swarm that does not answer yet is no reason to end: the loop asks in every round.
    ///
    /// - Parameter acts: Whether the loop changes anything; one that only looks may look at what it knows nothing of.
    func refuseUnknownSystem(acts: Bool) async throws {
        guard settings.driver.name == "swarm" else { return }
        let recorded = try await recordedState()
        do {
            let driver = try makeDriver(recorded: recorded)
            try await driver.checkIdentity(of: recorded)
            if acts, recorded.isBlank { try refuseUnknownSystem(recorded, try await driver.inventory(ports: [])) }
        } catch let error as DriverError {
            guard error.code == .unreachable || error.code == .transient else { throw CommandFailure(error) }
        }
    }
}

extension RecordedState {
    /// Whether nothing was ever applied with it.
    fileprivate var isBlank: Bool {
        resources.isEmpty && lastRevision == 0 && openOperations.isEmpty && attempted.isEmpty
    }
}
