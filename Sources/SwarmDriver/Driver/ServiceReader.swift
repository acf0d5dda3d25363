import ResourceModel

/// Reads the project's services from the engine: few calls, whatever their number.
struct ServiceReader: Sendable {
    let project: String
    let client: EngineClient

    /// The project's services with their instances, in the order of their names.
    ///
    /// - Parameter name: Only this one.
    func services(named name: String? = nil) async throws(EngineError) -> [ObservedService] {
        let answers = try await answers(named: name)
        return answers.observed()
    }

    /// What the engine says of the services, their tasks and the nodes, at nearly one moment.
    func answers(named name: String? = nil) async throws(EngineError) -> ServiceAnswers {
        // Tasks carry their service's labels. Asked for by the service's id, they are an error once it is gone.
        let filter = name.map { EngineFilter.resource(ResourceAddress(.service, $0), project) } ?? .project(project)
        let found = try await client.get("/services", [filter.item, EngineQueryItem("status", "true")])
        guard found.array?.isEmpty == false else { return ServiceAnswers(project: project) }
        let tasksFound = try await client.get("/tasks", [filter.item])
        let nodes = try await client.get("/nodes")
        return ServiceAnswers(
            project: project,
            services: found.array ?? [],
            tasks: tasksFound.array ?? [],
            nodes: ClusterNodes(nodes),
            host: client.engine.endpoint.host
        )
    }
}

/// Services as the engine tells of them.
struct ServiceAnswers: Sendable {
    var project: String
    var services: [CanonicalValue] = []
    var tasks: [CanonicalValue] = []
    var nodes = ClusterNodes(.array([]))
    /// The machine that is talked to; nil: this one, which may be any of the nodes.
    var host: String?
    var now = EngineTime.now()

    func observed() -> [ObservedService] {
        let tasks = Dictionary(grouping: tasks) { $0["ServiceID"]?.string ?? "" }
        return services.compactMap { observed($0, tasks[$0["ID"]?.string ?? ""] ?? []) }
            .filter { $0.labels.project == project }
            .sorted { $0.address < $1.address }
    }

    private func observed(_ service: CanonicalValue, _ tasks: [CanonicalValue]) -> ObservedService? {
        let current = CurrentTemplate(service)
        return EngineReading.service(
            service,
            tasks: tasks.map(current.marked),
            nodes: nodes,
            host: host ?? nodes.entrance,
            now: now
        )
    }
}
