import Drivers
import LocalAgent
import ResourceModel

extension LocalDriver {
    /// What the agent knows of every instance beside the inventory, in the order of their ids.
    package func facts() async throws(DriverError) -> [InstanceFacts] {
        guard launcher.hasBeenHere else { return [] }
        return try await get("/v1/instances")
    }

    /// What happened lately, oldest first; as far back as the agent remembers.
    package func recentEvents() async throws(DriverError) -> [AgentEvent] {
        guard launcher.hasBeenHere else { return [] }
        return try await get("/v1/events")
    }
}
