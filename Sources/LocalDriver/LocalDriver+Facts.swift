import Drivers
import LocalAgent
import ResourceModel

extension LocalDriver {
    /// What the agent knows of every instance beside the inventory, in the order of their ids.
    package func facts() async throws(DriverError) -> [InstanceFacts] {
        try await get("/v1/instances")
    }

    /// What happened lately, oldest first; as far back as the agent remembers.
    package func recentEvents() async throws(DriverError) -> [AgentEvent] {
        try await get("/v1/events")
    }
}
