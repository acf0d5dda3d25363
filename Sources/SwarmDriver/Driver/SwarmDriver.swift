import Drivers
import ResourceModel

/// The driver of a Docker Swarm: one manager's API.
///
/// Only objects that carry the project's label are ever touched. Rollouts are the engine's own: a definition is handed
/// over with its update settings, and watched.
package struct SwarmDriver: ClusterDriver {
    package let capabilities: Capabilities
    let project: String
    let client: EngineClient
    /// What this run knows of the objects that services refer to.
    let directory: ObjectDirectory
    let feed: ServiceFeed
    let looked: LookedAt
    /// Which of the objects with the project's labels are its own.
    let ownership: Ownership
    let credentials: RegistryCredentials

    /// - Parameters:
    ///   - project: The name that the project's objects carry.
    ///   - environment: Where the engine's client and registry credentials are configured.
    ///   - recorded: What was applied, by which own objects are told from those with copies of their labels.
    package init(
        project: String,
        engine: LocatedEngine,
        environment: [String: String],
        recorded: [RecordedResource] = []
    ) {
        self.project = project
        client = EngineClient(engine, environment: environment)
        credentials = RegistryCredentials(environment: environment)
        ownership = Ownership(project: project)
        ownership.learn(recorded)
        directory = ObjectDirectory(project: project, client: client, ownership: ownership)
        feed = ServiceFeed(project: project, client: client, ownership: ownership)
        looked = LookedAt()
        capabilities = .swarm
    }

    /// The id that the swarm was given when it was initialised.
    package func identity() async throws(DriverError) -> String? {
        try await reading { () throws(EngineError) in try await client.get("/swarm")["ID"]?.string }
    }

    package func perform(_ operation: Operation) async throws(DriverError) -> OperationResult {
        switch operation.action {
        case .createObject(let resource, let name): try await create(resource, name: name, operation)
        case .createSecret(let resource, let name, let content):
            try await createSecret(resource, name: name, content: content, operation)
        case .updateObject(let resource, let name): try await update(resource, name: name, operation)
        case .removeObject(let address, let name): try await remove(address, name: name)
        case .defineService(let definition): try await define(definition, operation)
        case .removeService(let name): try await removeService(name)
        case .startInstance(let service, _, _, _):
            throw DriverError(.invalid, "the engine starts the instances of \(service) itself")
        case .stopInstance: OperationResult(wasAlreadyDone: true)
        }
    }

    package func observe(service name: String) async throws(DriverError) -> ObservedService? {
        try await reading { () throws(EngineError) in
            try await reader.services(named: name).first
        }
    }

    var reader: ServiceReader { ServiceReader(project: project, client: client, ownership: ownership) }

    package func watch(service name: String) -> AsyncThrowingStream<ObservedService?, any Error> {
        feed.watch(name)
    }

    package func events() -> AsyncThrowingStream<ClusterEvent, any Error> {
        feed.events()
    }

    /// Calls the engine, its errors as the driver's.
    func reading<Result>(_ body: () async throws(EngineError) -> Result) async throws(DriverError) -> Result {
        do throws(EngineError) { return try await body() } catch { throw error.driverError }
    }
}
