import Drivers
import ResourceModel

extension SwarmDriver {
    /// How long what is in use is waited for, where instances that were stopped a moment ago have it.
    private static let leavingTime = Duration.seconds(60)
    /// The same where nobody is known to have it: other nodes' containers are in no list.
    private static let unknownTime = Duration.seconds(10)

    /// Removes an object and returns once its name is free.
    ///
    /// Who holds it and will not let go is named at once.
    func remove(_ address: ResourceAddress, name: String) async throws(DriverError) -> OperationResult {
        guard let there = try await found(address, name), let id = Self.id(there) else {
            return OperationResult(wasAlreadyDone: true)
        }
        defer { Task { [directory] in await directory.forget(address.kind) } }
        let began = ContinuousClock.now
        try await wait(Self.leavingTime, "\(address) to be let go") {
            (refusal: inout DriverError?) throws(EngineError) in
            do throws(EngineError) {
                try await self.client.delete(Self.path(address.kind, id))
                return .holds
            } catch {
                if error.isMissing { return .holds }
                let failure = error.driverError
                guard failure.code == .inUse else { throw error }
                let holders = try await self.holders(of: there, address, failure.message)
                refusal = Self.refusal(address, holders, failure)
                let isHopeless = !holders.isLeaving && ContinuousClock.now - began >= Self.unknownTime
                return !holders.staying.isEmpty || isHopeless ? .never : .notYet
            }
        }
        guard address.kind == .network else { return OperationResult() }
        // A network's name stays taken for some seconds after it is gone.
        try await wait(.seconds(30), "\(address) to be gone") { _ throws(EngineError) in
            do throws(EngineError) { _ = try await self.client.get("/networks/\(id)") } catch {
                guard error.isMissing else { throw error }
                return .holds
            }
            return .notYet
        }
        return OperationResult()
    }

    private func holders(
        of object: CanonicalValue,
        _ address: ResourceAddress,
        _ refusal: String
    ) async throws(EngineError) -> ObjectHolders {
        let name = Self.spec(object)["Name"]?.string
        let id = Self.id(object) ?? ""
        let services = try await client.list("/services")
        var containers: [CanonicalValue] = []
        // A container that has ended still has its volumes, and no network any more.
        let filter: (key: String, isEndedToo: Bool)? =
            switch address.kind {
            case .network: ("network", false)
            case .volume: ("volume", true)
            case .secret, .config, .service: nil
            }
        if let filter {
            containers = try await client.list(
                "/containers/json",
                [EngineQueryItem("all", "\(filter.isEndedToo)"), EngineFilter().adding(filter.key, [id]).item]
            )
        }
        var holders = ObjectHolders(
            address.kind,
            Set([id, name ?? id]),
            services: services,
            containers: containers,
            project: project
        )
        guard let task = ObjectHolders.task(in: refusal) else { return holders }
        do throws(EngineError) {
            let found = try await client.get("/tasks/\(task)")
            holders.add(task: found, nodes: try await reader.nodes())
        } catch {
            guard error.isMissing else { throw error }
            holders.isLeaving = true
        }
        return holders
    }

    private static func refusal(
        _ address: ResourceAddress,
        _ holders: ObjectHolders,
        _ engine: DriverError
    ) -> DriverError {
        guard !holders.staying.isEmpty else {
            let why =
                holders.isLeaving
                ? "by instances that were stopped and have not let go of it"
                : "by something that this engine does not see, on another node perhaps"
            return DriverError(
                .inUse,
                "\(address) is still in use \(why): \(engine.message)",
                help: "run the same command again"
            )
        }
        let more = holders.staying.count > 3 ? " and \(holders.staying.count - 3) more" : ""
        return DriverError(
            .inUse,
            "\(address) is in use by \(holders.staying.prefix(3).joined(separator: " and by "))\(more)",
            help: "remove what uses it, or let it use something else; then run the same command again"
        )
    }

    private static func path(_ kind: ResourceKind, _ id: String) -> EnginePath {
        switch kind {
        case .network: "/networks/\(id)"
        case .volume: "/volumes/\(id)"
        case .secret: "/secrets/\(id)"
        case .config: "/configs/\(id)"
        case .service: "/services/\(id)"
        }
    }
}
