import Drivers
import ResourceModel

extension SwarmDriver {
    /// Defines a service, or brings its definition up to date; the engine then rolls it.
    ///
    /// Nothing is sent where the engine has the definition already: an update that changes nothing would cost the engine
    /// its way back to the definition before.
    func define(_ definition: ServiceDefinition, _ operation: Operation) async throws(DriverError) -> OperationResult {
        let address = operation.address
        let name = definition.spec.name ?? EngineNames.scoped(address.name, project: project)
        let live = try await reading { () throws(EngineError) in try await service(address, named: name) }
        if let live, Self.labels(live)?.operation == operation.id { return Self.result(live, wasAlreadyDone: true) }
        if let live { try await looked.check(address, live) }
        let names = try await reading { () throws(EngineError) in try await directory.names(for: definition.spec) }
        let version = try await reading { () throws(EngineError) in try await client.version() }
        let body = try ServiceForward.spec(definition, operation.labels, names, version: version)
        let proof = try await authentication(definition.spec)
        await looked.forget(address)
        guard let live else { return try await createService(body, proof, address) }
        return try await updateService(live, body, names, proof, address)
    }

    private func createService(
        _ body: CanonicalValue,
        _ proof: RegistryAuthentication?,
        _ address: ResourceAddress
    ) async throws(DriverError) -> OperationResult {
        do throws(EngineError) {
            let answer = try await client.post("/services/create", body: body, authentication: proof)
            await feed.sent(address.name, body)
            let id = answer["ID"]?.string ?? ""
            ownership.made(address, address.name, id: id)
            return OperationResult(bindings: ["id": id])
        } catch {
            throw nameTaken(error, address, body["Name"]?.string ?? "") ?? error.driverError
        }
    }

    private func updateService(
        _ live: CanonicalValue,
        _ wanted: CanonicalValue,
        _ names: EngineNames,
        _ proof: RegistryAuthentication?,
        _ address: ResourceAddress
    ) async throws(DriverError) -> OperationResult {
        var live = live
        for attempt in 1... {
            guard let id = live["ID"]?.string, let version = live.at("Version", "Index")?.wholeNumber,
                let spec = live["Spec"]
            else { break }
            var body = ServiceForward.carrying(spec, into: wanted, names: names)
            var difference = SpecDifference(live: spec, wanted: body)
            if difference == .none {
                let isForced = try await hasGivenUp(live)
                // Any update runs a job anew, one that changes nothing as well.
                let isRunAnew = isForced ? false : try await isFailedJob(live)
                guard isForced || isRunAnew else {
                    await feed.sent(address.name, body)
                    return Self.result(live, wasAlreadyDone: true)
                }
                if isForced {
                    body = ServiceForward.forced(body)
                    difference = .instances
                }
            }
            do throws(EngineError) {
                _ = try await client.post(
                    "/services/\(id)/update",
                    [EngineQueryItem("version", "\(version)"), EngineQueryItem("registryAuthFrom", "spec")],
                    body: body,
                    authentication: proof
                )
                await feed.sent(address.name, body)
                if difference == .instances { await awaitStart(of: id) }
                return Self.result(live)
            } catch {
                let failure = error.driverError
                // The engine itself counts versions up while it rolls; who else changed the definition meanwhile would
                // be overwritten.
                guard failure.code == .conflict, attempt < 5,
                    let again = try await reading({ () throws(EngineError) in try await service(address) }),
                    again["Spec"] == live["Spec"]
                else { throw failure }
                live = again
            }
        }
        throw DriverError(
            .transient,
            "\(address): the engine's answer holds no version",
            help: "run the same command again"
        )
    }

    /// Whether a service is a job whose present run is over without having completed.
    private func isFailedJob(_ live: CanonicalValue) async throws(DriverError) -> Bool {
        guard live["JobStatus"] != nil, let address = Self.labels(live)?.address else { return false }
        let tasks = try await reading { () throws(EngineError) in
            try await client.list("/tasks", [EngineFilter.resource(address, project).item])
        }
        let own = EngineReading.ownTasks(live, tasks)
        let isUnderWay = own.contains { !$0.state.isEnd && $0.isWanted }
        guard !isUnderWay, !own.isEmpty else { return false }
        let progress = EngineReading.jobProgress(live, tasks: tasks)
        return progress.map { $0.done < $0.total } ?? false
    }

    /// Whether instances of a service have ended and the engine starts no others in their place, by the restart policy.
    ///
    /// An update that changes nothing leaves them as they are: only a forced one has the engine try again.
    private func hasGivenUp(_ live: CanonicalValue) async throws(DriverError) -> Bool {
        let rollout = live.at("UpdateStatus", "State")?.string
        // A rollout under way goes on by itself, and one that stands still was told to.
        guard live["JobStatus"] == nil, let address = Self.labels(live)?.address,
            rollout == nil || rollout == "completed"
        else { return false }
        let tasks = try await reading { () throws(EngineError) in
            try await client.list("/tasks", [EngineFilter.resource(address, project).item])
        }
        return EngineReading.hasGivenUp(live, tasks)
    }

    /// Removes a service and returns once nothing of it runs.
    func removeService(_ name: String) async throws(DriverError) -> OperationResult {
        let address = ResourceAddress(.service, name)
        guard let live = try await reading({ () throws(EngineError) in try await service(address) }),
            let id = live["ID"]?.string
        else { return OperationResult(wasAlreadyDone: true) }
        try await looked.checkOperation(address, live)
        do throws(EngineError) { try await client.delete("/services/\(id)") } catch {
            guard error.isMissing else { throw error.driverError }
        }
        let grace = live.at("Spec", "TaskTemplate", "ContainerSpec", "StopGracePeriod")?.wholeNumber ?? 10_000_000_000
        // Tasks that were made before the service was taken over have none of the labels.
        let filter = AdoptedService.mayHaveForeignTasks(live) ? [] : [EngineFilter.resource(address, project).item]
        try await wait(.nanoseconds(grace) + .seconds(60), "the instances of \(name) to stop") {
            _ throws(EngineError) in
            let tasks = try await self.client.list("/tasks", filter)
            let left = tasks.filter { $0["ServiceID"]?.string == id }.compactMap(EngineTask.init)
                .filter { !$0.state.isEnd }
            guard !left.isEmpty else { return .holds }
            // Of a node that is down nobody knows; its tasks stay listed until it is back or removed.
            let nodes = ClusterNodes(try await self.client.get("/nodes"))
            return left.allSatisfy { !$0.node.isEmpty && nodes.isDead($0.node) } ? .holds : .notYet
        }
        return OperationResult()
    }

    /// The project's service of this address as the engine has it; nil when there is none.
    ///
    /// - Parameter name: What the engine calls it, where it is about to be defined.
    func service(_ address: ResourceAddress, named name: String? = nil) async throws(EngineError) -> CanonicalValue? {
        let found = try await client.list("/services", [EngineFilter.resource(address, project).item])
        return ownership.split(found, named: name).own.first
    }

    /// Waits until the engine has begun with an update: until then nothing tells it from one that is over.
    private func awaitStart(of id: String) async {
        for _ in 0..<40 {
            let state = try? await client.get("/services/\(id)").at("UpdateStatus", "State")
            if state != nil || Task.isCancelled { return }
            try? await Task.sleep(for: .milliseconds(25))
        }
    }

    private func authentication(_ spec: ServiceSpec) async throws(DriverError) -> RegistryAuthentication? {
        guard let image = spec.image.flatMap({ ImageReference(parsing: $0) }) else { return nil }
        return try await reading { () throws(EngineError) in try await credentials.authentication(for: image) }
    }

    /// Somebody else's service has the name: orchplan never touches it.
    private func nameTaken(_ error: EngineError, _ address: ResourceAddress, _ name: String) -> DriverError? {
        guard case .answered(_, 409, _) = error else { return nil }
        return DriverError(
            .occupied,
            "\(address): the cluster has a service \(name) that this project does not own",
            help:
                "take it over as it runs (orchplan import \(address)), remove it (docker service rm \(name)), or use another"
                + " name for the project or the service"
        )
    }

    private static func labels(_ live: CanonicalValue) -> OwnershipLabels? {
        OwnershipLabels(engineLabels: live.at("Spec", "Labels")?.texts ?? [:])
    }

    private static func result(_ live: CanonicalValue, wasAlreadyDone: Bool = false) -> OperationResult {
        OperationResult(bindings: ["id": live["ID"]?.string ?? ""], wasAlreadyDone: wasAlreadyDone)
    }
}

/// How far a definition is from what the engine has.
enum SpecDifference: Sendable, Hashable {
    case none
    /// Only labels, counts or settings of updates: no instance is replaced.
    case service
    /// The engine replaces instances.
    case instances

    /// The name of the operation is no difference of its own.
    init(live: CanonicalValue, wanted: CanonicalValue) {
        let old = SpecNormalisation.normalised(live)
        let new = SpecNormalisation.normalised(wanted)
        if old["TaskTemplate"] != new["TaskTemplate"] || old["EndpointSpec"] != new["EndpointSpec"] {
            self = .instances
        } else {
            self = Self.withoutOperation(old) == Self.withoutOperation(new) ? .none : .service
        }
    }

    private static func withoutOperation(_ spec: CanonicalValue) -> CanonicalValue {
        guard case .object(var members) = spec, let index = members.firstIndex(where: { $0.key == "Labels" }),
            case .object(let labels) = members[index].value
        else { return spec }
        members[index].value = .object(labels.filter { $0.key != OwnershipLabels.operationKey })
        return .object(members)
    }
}
