import Drivers
import ResourceModel

extension SwarmDriver {
    /// Makes a network, volume or config; one that is there already is adopted.
    func create(
        _ resource: Resource,
        name: String,
        _ operation: Operation
    ) async throws(DriverError) -> OperationResult {
        switch resource.spec {
        case .network(let spec):
            let body = try ObjectForward.network(spec, operation.labels, object: name)
            return try await make("/networks/create", body, name, operation)
        case .volume(let spec):
            let body = ObjectForward.volume(spec, operation.labels, object: name)
            return try await make("/volumes/create", body, name, operation)
        case .config(let spec):
            let body = try ObjectForward.config(spec, operation.labels, object: name)
            return try await make("/configs/create", body, name, operation)
        case .secret: return try await createSecret(resource, name: name, content: nil, operation)
        case .service:
            throw DriverError(.invalid, "\(resource.address) is a service, and is defined rather than created")
        }
    }

    /// Makes a secret; its content is sent once and kept nowhere here.
    func createSecret(
        _ resource: Resource,
        name: String,
        content: SecretBytes?,
        _ operation: Operation
    ) async throws(DriverError) -> OperationResult {
        guard let spec = resource.spec.secret else {
            throw DriverError(.invalid, "\(resource.address) is no secret")
        }
        if let there = try await found(operation.address, name) { return try await adopt(there, name, operation) }
        guard let bytes = content ?? spec.source.generated() else {
            throw DriverError(.invalid, "\(resource.address) came without content")
        }
        let body = try ObjectForward.secret(spec, operation.labels, object: name, content: bytes)
        do throws(DriverError) {
            return try await make("/secrets/create", body, name, operation, isKnownMissing: true)
        } catch {
            // Whoever stands between may quote what it was sent.
            guard Self.quotes(error.message, body["Data"]?.string ?? "") else { throw error }
            throw DriverError(
                error.code,
                "\(operation.address): the engine refuses to make \(name), in words that hold its content",
                help: "see the engine's own log for the reason"
            )
        }
    }

    /// Whether a message holds a secret, in plain or as it was sent; short ones are told by the latter alone.
    private static func quotes(_ message: String, _ base64: String) -> Bool {
        guard !base64.isEmpty else { return false }
        let plain = Base64.decoded(base64).flatMap { String(validating: $0, as: UTF8.self) } ?? ""
        return message.contains(base64) || (plain.utf8.count > 3 && message.contains(plain))
    }

    /// Brings an object's labels up to date; all that the engine lets change, and of secrets and configs only.
    func update(
        _ resource: Resource,
        name: String,
        _ operation: Operation
    ) async throws(DriverError) -> OperationResult {
        guard let there = try await found(operation.address, name) else {
            throw DriverError(
                .notFound,
                "\(operation.address): the cluster does not have \(name)",
                help: "run plan again: it will be created"
            )
        }
        let own: SortedMap<String> =
            switch resource.spec {
            case .config(let spec): spec.labels
            case .secret(let spec): spec.labels
            default: [:]
            }
        var body: CanonicalValue?
        switch resource.spec {
        case .volume(let spec): body = ObjectForward.volume(spec, operation.labels, object: name)
        // Its labels are those that it was made with; all the rest is as wanted.
        case .network where ObjectDrift.edits(there, recorded: resource).isEmpty:
            return OperationResult(bindings: ["id": Self.id(there) ?? name], wasAlreadyDone: true)
        default: break
        }
        return try await adopt(there, name, operation, own: own, body: body)
    }

    private func make(
        _ path: EnginePath,
        _ body: CanonicalValue,
        _ name: String,
        _ operation: Operation,
        isKnownMissing: Bool = false
    ) async throws(DriverError) -> OperationResult {
        if !isKnownMissing, let there = try await found(operation.address, name) {
            return try await adopt(there, name, operation, body: body)
        }
        let kind = operation.address.kind
        await directory.forget(kind)
        let taken = DriverError(
            .occupied,
            "\(operation.address): the cluster has a \(kind.rawValue) \(body["Name"]?.string ?? name) that this project does"
                + " not own",
            help: "remove it, give this one another name, or declare it as external"
        )
        let answer: CanonicalValue
        do throws(EngineError) { answer = try await client.post(path, body: body) } catch {
            let failure = error.driverError
            throw failure.code == .occupied || failure.code == .conflict ? taken : failure
        }
        // Asked to make a volume that is there, the engine tells of the one that is there.
        if kind == .volume, OwnershipLabels(engineLabels: Self.texts(answer))?.project != project { throw taken }
        let id = answer["ID"]?.string ?? answer["Id"]?.string ?? answer["Name"]?.string ?? ""
        ownership.made(operation.address, name, id: id)
        return OperationResult(bindings: ["id": id])
    }

    /// Takes an object of this project as this operation's own.
    private func adopt(
        _ there: CanonicalValue,
        _ name: String,
        _ operation: Operation,
        own: SortedMap<String>? = nil,
        body: CanonicalValue? = nil
    ) async throws(DriverError) -> OperationResult {
        let id = Self.id(there) ?? name
        let labels = OwnershipLabels(engineLabels: Self.texts(there))
        if labels?.operation == operation.id { return OperationResult(bindings: ["id": id], wasAlreadyDone: true) }
        let kind = operation.address.kind
        guard kind == .secret || kind == .config else {
            guard labels?.fingerprint == operation.labels.fingerprint || Self.isMade(there, like: body) else {
                throw DriverError(
                    .invalid,
                    "\(operation.address): the engine cannot change a \(kind.rawValue) that is there, nor its labels",
                    help: "undo the change, or remove the \(kind.rawValue) from the manifests, apply, and put it back"
                )
            }
            return OperationResult(bindings: ["id": id], wasAlreadyDone: true)
        }
        let spec = Self.spec(there)
        let kept = own ?? SortedMap(Self.texts(there).entries.filter { !$0.key.hasPrefix(OwnershipLabels.prefix) })
        let body = ObjectForward.relabelled(spec, kept, operation.labels, object: name)
        let version = there.at("Version", "Index")?.wholeNumber ?? 0
        await directory.forget(kind)
        let query = [EngineQueryItem("version", "\(version)")]
        _ = try await reading { () throws(EngineError) in
            kind == .secret
                ? try await client.post("/secrets/\(id)/update", query, body: body)
                : try await client.post("/configs/\(id)/update", query, body: body)
        }
        return OperationResult(bindings: ["id": id])
    }

    /// Whether a volume was made with what is wanted of it; its labels stay what they were.
    private static func isMade(_ there: CanonicalValue, like body: CanonicalValue?) -> Bool {
        guard let body, there["Mountpoint"] != nil else { return false }
        return (body["Driver"]?.string ?? "local") == there["Driver"]?.string
            && (body["DriverOpts"]?.texts ?? [:]) == (there.at("Options")?.texts ?? [:])
    }

    /// The project's object of that name as the engine has it now.
    func found(_ address: ResourceAddress, _ name: String) async throws(DriverError) -> CanonicalValue? {
        await directory.forget(address.kind)
        return try await reading { () throws(EngineError) in try await directory.own(address.kind) }
            .first { json in
                let texts = Self.texts(json)
                let labels = OwnershipLabels(engineLabels: texts)
                return labels?.address == address && texts[OwnershipLabels.nameKey] == name
            }
    }

    static func spec(_ json: CanonicalValue) -> CanonicalValue { json.at("Spec") ?? json }
    static func texts(_ json: CanonicalValue) -> SortedMap<String> { spec(json)["Labels"]?.texts ?? [:] }
    /// Volumes have no id but their name.
    static func id(_ json: CanonicalValue) -> String? {
        json["ID"]?.string ?? json["Id"]?.string ?? json["Name"]?.string
    }
}
