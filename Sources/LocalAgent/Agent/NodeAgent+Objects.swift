import Glibc
import ResourceModel

extension NodeAgent {
    func createObject(
        _ operation: AgentOperation,
        _ resource: Resource,
        name: String,
        content: SecretBytes?
    ) throws(AgentError) -> AgentOutcome {
        let key = ObjectKey(resource.address.kind, name)
        let record = ObjectRecord(kind: key.kind, name: name, labels: operation.labels, resource: resource)
        if let existing = objects[key] {
            if existing.labels.operation == operation.id {
                return AgentOutcome(bindings: ["name": name], wasAlreadyDone: true)
            }
            guard existing.labels.address == record.labels.address, existing.labels.project == record.labels.project
            else {
                throw AgentError(
                    .conflict,
                    "\(key.kind.rawValue) \(name) exists and belongs to \(existing.labels.address)"
                )
            }
        } else {
            try storeContent(of: resource, content, at: directory.content(key))
            if key.kind == .volume {
                do throws(SystemError) {
                    // What is in it belongs to whatever runs: the directory is opened to instances alone.
                    try FileTree.makeDirectory(directory.volume(name), mode: 0o755, isDurable: true)
                } catch {
                    throw AgentError(error)
                }
            }
        }
        try directory.save(record, at: directory.objectRecord(key))
        objects[key] = record
        note(resource.address.description, "created as \(name)")
        publish(resource.address)
        return AgentOutcome(bindings: ["name": name])
    }

    func updateObject(
        _ operation: AgentOperation,
        _ resource: Resource,
        name: String
    ) throws(AgentError) -> AgentOutcome {
        let key = ObjectKey(resource.address.kind, name)
        guard let existing = objects[key] else {
            throw AgentError(.notFound, "\(key.kind.rawValue) \(name) does not exist")
        }
        if existing.labels.operation == operation.id {
            return AgentOutcome(bindings: ["name": name], wasAlreadyDone: true)
        }
        let record = ObjectRecord(kind: key.kind, name: name, labels: operation.labels, resource: resource)
        try directory.save(record, at: directory.objectRecord(key))
        objects[key] = record
        publish(resource.address)
        return AgentOutcome(bindings: ["name": name])
    }

    func removeObject(_ address: ResourceAddress, name: String) throws(AgentError) -> AgentOutcome {
        let key = ObjectKey(address.kind, name)
        guard let record = objects[key] else { return AgentOutcome(wasAlreadyDone: true) }
        let users = instances.values.filter { uses($0.record.spec, record) }.map(\.record.id).sorted()
        guard users.isEmpty else {
            throw AgentError(.inUse, "\(address) is in use by \(users.joined(separator: ", "))")
        }
        do throws(SystemError) {
            // The record goes last: until then a repetition finds what is left to do.
            try DurableFile.remove(directory.content(key))
            if key.kind == .volume {
                try FileTree.remove(directory.volume(name))
                // Its data must not come back to whoever makes a volume of that name.
                try DurableFile.syncDirectory(of: directory.volume(name))
            }
            try DurableFile.remove(directory.objectRecord(key))
        } catch {
            throw AgentError(error)
        }
        objects[key] = nil
        note(address.description, "removed")
        publish(address)
        return AgentOutcome()
    }

    private func uses(_ spec: ServiceSpec, _ record: ObjectRecord) -> Bool {
        let name = record.labels.labels?.address.name
        func names(_ source: String?, _ object: String? = nil) -> Bool {
            object.map { $0 == record.name } ?? (source == name || source == record.name)
        }
        switch record.kind {
        case "volume": return spec.mounts.contains { $0.type == .volume && names($0.source) }
        case "secret":
            return spec.secrets.contains { names($0.source, $0.object) }
                || spec.environment.contains {
                    if case .secret(let source, let object) = $0.value { names(source, object) } else { false }
                }
        case "config":
            return spec.configs.contains { names($0.source, $0.object) }
                || spec.environment.contains {
                    if case .config(let source, let object) = $0.value { names(source, object) } else { false }
                }
        default: return false
        }
    }

    private func storeContent(
        of resource: Resource,
        _ content: SecretBytes?,
        at path: String
    ) throws(AgentError) {
        let bytes: [UInt8]
        switch resource.spec {
        case .config(let spec): bytes = spec.content?.bytes ?? []
        case .secret(let spec):
            if let content {
                bytes = content.withBytes { Array($0) }
            } else if let kept = kept(spec.source, at: path) {
                bytes = kept
            } else {
                bytes = try Self.generate(spec.source, resource.address)
            }
        default: return
        }
        do throws(SystemError) {
            try DurableFile.write(bytes, to: path)
        } catch {
            throw AgentError(error)
        }
    }

    /// What was generated before; volumes may have been set up with it.
    ///
    /// Content without a record is there after the record was broken, or when its making was cut short.
    private func kept(_ source: SecretSource, at path: String) -> [UInt8]? {
        guard case .generate(let length, let charset, _) = source,
            let bytes = (try? DurableFile.read(path)).flatMap({ $0 }),
            let text = String(validating: bytes, as: UTF8.self),
            text.count == length, text.allSatisfy(charset.contains)
        else { return nil }
        return bytes
    }

    private static func generate(_ source: SecretSource, _ address: ResourceAddress) throws(AgentError) -> [UInt8] {
        guard case .generate = source else { throw AgentError(.invalid, "\(address) came without content") }
        guard let made = source.generated() else {
            throw AgentError(.invalid, "\(address) cannot be generated: it needs a charset and a length")
        }
        return made.withBytes { Array($0) }
    }

    /// The bytes of a secret or config.
    func content(_ planned: PlannedContent) throws(AgentError) -> [UInt8] {
        let key = ObjectKey(planned.kind, planned.object)
        do throws(SystemError) {
            if objects[key] != nil, let bytes = try DurableFile.read(directory.content(key)) { return bytes }
        } catch {
            throw AgentError(error)
        }
        throw AgentError(.notFound, "\(planned.kind.rawValue) \(planned.object) does not exist")
    }
}
