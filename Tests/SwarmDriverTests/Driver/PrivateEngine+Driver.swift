import ResourceModel

@testable import SwarmDriver

extension PrivateEngine.Running {
    func driver(project: String) -> SwarmDriver {
        SwarmDriver(
            project: project,
            engine: LocatedEngine(endpoint: .unix(path: socket), origin: "a test"),
            environment: [:]
        )
    }

    /// Gives an image of the tests a second name.
    func tag(_ image: String, as name: String) async throws {
        let parts = name.split(separator: ":")
        let client = client
        let query = [EngineQueryItem("repo", String(parts[0])), EngineQueryItem("tag", String(parts[1]))]
        _ = try await client.post("/images/\(segments: image)/tag", query)
        await client.close()
    }
}
