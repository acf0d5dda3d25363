import Drivers
import ResourceModel

extension SwarmDriver {
    /// Asks through the manager's engine, with the credentials of Docker's own configuration.
    package func answers(onImages images: [String]) async -> [String: ImageAnswer] {
        guard !images.isEmpty else { return [:] }
        return await RegistryInquiry(client: client, credentials: credentials).answers(images)
    }
}
