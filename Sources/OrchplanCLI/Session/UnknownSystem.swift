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
                + " --take-over, which replaces networks and the services on them"
        )
    }

    /// The same for a loop, before its first round.
    func refuseUnknownSystem() async throws {
        let recorded = try await recordedState()
        guard settings.driver.name == "swarm", recorded.isBlank else { return }
        do {
            try refuseUnknownSystem(recorded, try await makeDriver(recorded: recorded).inventory(ports: []))
        } catch let error as DriverError {
            throw CommandFailure(error)
        }
    }
}

extension RecordedState {
    /// Whether nothing was ever applied with it.
    fileprivate var isBlank: Bool {
        resources.isEmpty && lastRevision == 0 && openOperations.isEmpty && attempted.isEmpty
    }
}
