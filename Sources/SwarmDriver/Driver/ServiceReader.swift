import ResourceModel

/// Reads the project's services from the engine: few calls, whatever their number.
struct ServiceReader: Sendable {
    let project: String
    let client: EngineClient
    let ownership: Ownership

    init(project: String, client: EngineClient, ownership: Ownership? = nil) {
        self.project = project
        self.client = client
        self.ownership = ownership ?? Ownership(project: project)
    }

    /// The project's services with their instances, in the order of their names.
    ///
    /// - Parameter name: Only this one.
    func services(named name: String? = nil) async throws(EngineError) -> [ObservedService] {
        let answers = try await answers(named: name)
        return answers.observed()
    }

    /// What the engine says of the services, their tasks and the nodes, at nearly one moment.
    func answers(named name: String? = nil) async throws(EngineError) -> ServiceAnswers {
        let services = try await found(named: name)
        guard !services.isEmpty else { return ServiceAnswers(project: project) }
        return ServiceAnswers(
            project: project,
            services: services,
            tasks: try await tasks(named: name, of: services),
            nodes: try await nodes(),
            host: host
        )
    }

    /// The services with the number of their tasks that run; without those that carry copies of labels.
    func found(named name: String? = nil) async throws(EngineError) -> [CanonicalValue] {
        ownership.split(try await client.list("/services", [filter(name), EngineQueryItem("status", "true")])).own
    }

    /// The services' tasks, those that have ended included.
    ///
    /// Tasks carry the labels that their service had when they were made. Those of a service that was taken over are
    /// asked for by its id, which is an error once the service is gone.
    func tasks(
        named name: String? = nil,
        of services: [CanonicalValue]
    ) async throws(EngineError) -> [CanonicalValue] {
        let labelled = try await client.list("/tasks", [filter(name)])
        let adopted = services.filter(AdoptedService.mayHaveForeignTasks).compactMap { $0["ID"]?.string }
        guard !adopted.isEmpty else { return labelled }
        do throws(EngineError) {
            let known = Set(labelled.compactMap { $0["ID"]?.string })
            let found = try await client.list("/tasks", [EngineFilter().adding("service", adopted).item])
            return labelled + found.filter { !known.contains($0["ID"]?.string ?? "") }
        } catch {
            guard error.isMissing else { throw error }
            return labelled
        }
    }

    /// The address at which published ports are reached, as far as the engine's own tells.
    var host: String? { client.engine.endpoint.host }

    func nodes() async throws(EngineError) -> ClusterNodes { ClusterNodes(try await client.get("/nodes")) }

    /// By label, which tasks have of their service; asked for by its id, they are an error once it is gone.
    private func filter(_ name: String?) -> EngineQueryItem {
        (name.map { EngineFilter.resource(ResourceAddress(.service, $0), project) } ?? .project(project)).item
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
