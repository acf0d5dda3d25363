import Drivers
import ResourceModel

extension SwarmDriver {
    package func adopt(_ adoption: Adoption, _ labels: OwnershipLabels) async throws(DriverError) -> OperationResult {
        switch adoption.address.kind {
        case .service: try await adoptService(adoption, labels)
        case .config: try await adoptConfig(adoption, labels)
        case .network, .volume, .secret:
            throw DriverError(.invalid, "\(adoption.address): a \(adoption.address.kind.rawValue) cannot be taken over")
        }
    }

    /// Writes the project's labels at the service, and at nothing that instances are made of.
    ///
    /// The engine counts versions up by itself while it places tasks: only another definition is somebody's edit.
    private func adoptService(
        _ adoption: Adoption,
        _ labels: OwnershipLabels
    ) async throws(DriverError) -> OperationResult {
        let id = adoption.id
        for attempt in 1... {
            let live = try await reading { () throws(EngineError) in try await client.get("/services/\(id)") }
            let spec = live["Spec"] ?? .object([])
            let texts = spec["Labels"]?.texts ?? [:]
            if texts[OwnershipLabels.operationKey] == labels.operation {
                return OperationResult(bindings: ["id": id], wasAlreadyDone: true)
            }
            guard spec == adoption.seen["Spec"] else { throw changed(adoption) }
            let version = live.at("Version", "Index")?.wholeNumber ?? 0
            let body = AdoptedService.labelled(
                spec,
                labels,
                template: adoption.request.template ?? Fingerprint(text: ""),
                imported: adoption.differences.map(\.path)
            )
            do throws(EngineError) {
                // The credentials that its nodes pull with stay those of the spec that is there.
                let query = [EngineQueryItem("version", "\(version)"), EngineQueryItem("registryAuthFrom", "spec")]
                _ = try await client.post("/services/\(id)/update", query, body: body)
                return OperationResult(bindings: ["id": id])
            } catch {
                let failure = error.driverError
                guard failure.code == .conflict, attempt < 5 else { throw failure }
            }
        }
        throw changed(adoption)
    }

    private func adoptConfig(
        _ adoption: Adoption,
        _ labels: OwnershipLabels
    ) async throws(DriverError) -> OperationResult {
        let id = adoption.id
        await directory.forget(.config)
        let live = try await reading { () throws(EngineError) in try await client.get("/configs/\(id)") }
        let spec = live["Spec"] ?? .object([])
        let texts = spec["Labels"]?.texts ?? [:]
        if texts[OwnershipLabels.operationKey] == labels.operation {
            return OperationResult(bindings: ["id": id], wasAlreadyDone: true)
        }
        guard spec == adoption.seen["Spec"] else { throw changed(adoption) }
        let own = SortedMap(texts.entries.filter { !$0.key.hasPrefix(OwnershipLabels.prefix) })
        let body = ObjectForward.relabelled(spec, own, labels, object: adoption.request.objectName)
        let query = [EngineQueryItem("version", "\(live.at("Version", "Index")?.wholeNumber ?? 0)")]
        do throws(EngineError) { _ = try await client.post("/configs/\(id)/update", query, body: body) } catch {
            let failure = error.driverError
            throw failure.code == .conflict ? changed(adoption) : failure
        }
        return OperationResult(bindings: ["id": id])
    }

    private func changed(_ adoption: Adoption) -> DriverError {
        DriverError(
            .conflict,
            "\(adoption.address): somebody changed \(adoption.object) since it was looked at",
            help: "run the same command again: it shows how it is now"
        )
    }
}
