import Drivers
import ResourceModel
import StateDatabase

extension Workspace {
    /// The state of what is to be taken down.
    ///
    /// Where there is none, and something of this project is there all the same, what was asked for by name or claimed
    /// goes under a new one; otherwise that is told, with what there is to do.
    ///
    /// - Parameters:
    ///   - isNamed: Whether targets name what is to go.
    ///   - isClaimed: Whether everything with this project's labels is to be taken for this state's own.
    func storeToDestroy(isNamed: Bool, isClaimed: Bool) async throws -> SQLiteStateStore {
        guard !SQLiteStateStore.exists(at: settings.state) else { return try existingStore() }
        let driver = try makeDriver(recorded: try await recordedState())
        let inventory: Inventory
        do throws(DriverError) {
            inventory = try await driver.inventory(ports: [])
        } catch {
            throw CommandFailure(error)
        }
        let labels = inventory.services.map(\.labels) + inventory.objects.map(\.labels)
        let there = Set(labels.filter { $0.project == settings.project }.map(\.address)).sorted()
        guard !there.isEmpty else { return try existingStore() }
        // A swarm is shared, and what is there may be another record's: naming it is not enough.
        if isClaimed || isNamed && settings.driver.name != "swarm", let store = try openStore(create: true) {
            return store
        }
        let flag = settings.environmentFlag
        throw CommandFailure(
            "there is no state at \(settings.state), and \(settings.project) is there all the same: "
                + Words.list(there.map(\.description), limit: 5),
            help: "bring the state back with orchplan state restore\(flag) FILE; or take down all of it with"
                + " orchplan destroy\(flag) --take-over (volumes stay without --delete-volumes)"
        )
    }
}
