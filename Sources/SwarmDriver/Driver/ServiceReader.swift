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
        let filter = name.map { EngineFilter.resource(ResourceAddress(.service, $0), project) } ?? .project(project)
        let found = try await client.get("/services", [filter.item, EngineQueryItem("status", "true")])
        guard found.array?.isEmpty == false else { return ServiceAnswers(project: project) }
        let tasks = try await tasks(filter, of: found.array ?? [])
        let nodes = try await client.get("/nodes")
        return ServiceAnswers(
            project: project,
            services: found.array ?? [],
            tasks: tasks,
            nodes: ClusterNodes(nodes)
        )
    }

    /// The services' tasks.
    ///
    /// Tasks carry the labels that their service had when they were made. Those of a service that was taken over are
    /// asked for by its id, which is an error once the service is gone.
    private func tasks(
        _ filter: EngineFilter,
        of services: [CanonicalValue]
    ) async throws(EngineError) -> [CanonicalValue] {
        let labelled = try await client.get("/tasks", [filter.item]).array ?? []
        let adopted = services.filter(AdoptedService.mayHaveForeignTasks).compactMap { $0["ID"]?.string }
        guard !adopted.isEmpty else { return labelled }
        do throws(EngineError) {
            let known = Set(labelled.compactMap { $0["ID"]?.string })
            let found = try await client.get("/tasks", [EngineFilter().adding("service", adopted).item]).array ?? []
            return labelled + found.filter { !known.contains($0["ID"]?.string ?? "") }
        } catch {
            guard error.isMissing else { throw error }
            return labelled
        }
    }
}

/// Services as the engine tells of them.
struct ServiceAnswers: Sendable {
    var project: String
    var services: [CanonicalValue] = []
    var tasks: [CanonicalValue] = []
    var nodes = ClusterNodes(.array([]))

    func observed() -> [ObservedService] {
        let tasks = Dictionary(grouping: tasks) { $0["ServiceID"]?.string ?? "" }
        return services.compactMap { observed($0, tasks[$0["ID"]?.string ?? ""] ?? []) }
            .filter { $0.labels.project == project }
            .sorted { $0.address < $1.address }
    }

    private func observed(_ service: CanonicalValue, _ tasks: [CanonicalValue]) -> ObservedService? {
        let current = CurrentTemplate(service)
        return EngineReading.service(service, tasks: tasks.map(current.marked), nodes: nodes)
    }
}
