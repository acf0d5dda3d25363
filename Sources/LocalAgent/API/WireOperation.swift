import ResourceModel

/// An operation as `POST /v1/operations` has it: one flat object, its fields by action.
struct WireOperation: Sendable, Hashable {
    var id = ""
    var labels = RecordedLabels()
    var action = ""
    var name: String?
    var address: String?
    var resource: CanonicalText?
    /// Hexadecimal: secrets are bytes, JSON has none.
    var content: String?
    var spec: ServiceSpec?
    var template: String?
    var replicas: Int?
    var slot: Int?
    var instance: String?
    var epoch: RunEpoch?

    init() {}
}

extension WireOperation: CanonicalRecord {
    static let fields: [CanonicalField<WireOperation>] = [
        .init("id", \.id),
        .init("labels", \.labels),
        .init("action", \.action),
        .init("name", \.name),
        .init("address", \.address),
        .init("resource", \.resource),
        .init("content", \.content),
        .init("spec", \.spec),
        .init("template", \.template),
        .init("replicas", \.replicas),
        .init("slot", \.slot),
        .init("instance", \.instance),
        .init("epoch", \.epoch),
    ]
}

extension WireOperation {
    init(_ operation: AgentOperation) {
        id = operation.id
        labels = RecordedLabels(operation.labels)
        epoch = operation.epoch
        switch operation.action {
        case .createObject(let object, let objectName):
            action = "createObject"
            resource = CanonicalText(object)
            name = objectName
        case .createSecret(let object, let objectName, let bytes):
            action = "createSecret"
            resource = CanonicalText(object)
            name = objectName
            content = bytes.map { $0.withBytes { Hexadecimal.text($0) } }
        case .updateObject(let object, let objectName):
            action = "updateObject"
            resource = CanonicalText(object)
            name = objectName
        case .removeObject(let objectAddress, let objectName):
            action = "removeObject"
            address = objectAddress.description
            name = objectName
        case .defineService(let definition):
            action = "defineService"
            resource = CanonicalText(definition.resource)
            spec = definition.spec
            template = definition.template.text
            replicas = definition.replicas
        case .startInstance(let service, let number, let id, let digest):
            action = "startInstance"
            name = service
            slot = number
            instance = id
            template = digest.text
        case .stopInstance(let service, let id):
            action = "stopInstance"
            name = service
            instance = id
        case .removeService(let service):
            action = "removeService"
            name = service
        }
    }

    /// The operation; throws what is missing.
    func operation() throws(AgentError) -> AgentOperation {
        guard !id.isEmpty, let labels = labels.labels else {
            throw AgentError(.invalid, "operation without id or labels")
        }
        return AgentOperation(id: id, labels: labels, action: try agentAction(), epoch: epoch)
    }

    private func agentAction() throws(AgentError) -> AgentAction {
        switch action {
        case "createObject": return .createObject(try object(), name: try need(name, "name"))
        case "createSecret":
            var bytes: SecretBytes?
            if let content {
                bytes = SecretBytes(try need(Hexadecimal.bytes(content), "content"))
            }
            return .createSecret(try object(), name: try need(name, "name"), content: bytes)
        case "updateObject": return .updateObject(try object(), name: try need(name, "name"))
        case "removeObject":
            return .removeObject(
                try need(address.flatMap { ResourceAddress(parsing: $0) }, "address"),
                name: try need(name, "name")
            )
        case "defineService":
            return .defineService(
                AgentServiceDefinition(
                    resource: try object(),
                    spec: try need(spec, "spec"),
                    template: Fingerprint(text: try need(template, "template")),
                    replicas: try need(replicas, "replicas")
                )
            )
        case "startInstance":
            return .startInstance(
                service: try need(name, "name"),
                slot: try need(slot, "slot"),
                id: try need(instance, "instance"),
                template: Fingerprint(text: try need(template, "template"))
            )
        case "stopInstance":
            return .stopInstance(service: try need(name, "name"), id: try need(instance, "instance"))
        case "removeService": return .removeService(name: try need(name, "name"))
        default:
            throw AgentError(.invalid, "unknown action \"\(action)\"", help: "use an agent and a client of one version")
        }
    }

    private func object() throws(AgentError) -> Resource {
        let text = try need(resource, "resource")
        do throws(CanonicalError) {
            return try text.decoded(Resource.self)
        } catch {
            throw AgentError(.invalid, "resource of operation \(id): \(error)")
        }
    }

    private func need<Value>(_ value: Value?, _ field: String) throws(AgentError) -> Value {
        guard let value else { throw AgentError(.invalid, "\(action) needs \(field)") }
        return value
    }
}

/// Bytes as hexadecimal digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        func value(_ digit: UInt8) -> UInt8? { digits.firstIndex(of: digit).map(UInt8.init) }
        let source = Array(text.utf8)
        guard source.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count / 2)
        for index in stride(from: 0, to: source.count, by: 2) {
            guard let high = value(source[index]), let low = value(source[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

/// The bytes of requests: as clients write them and the agent reads them.
package enum AgentCodec {
    /// The body of `POST /v1/operations`.
    ///
    /// Holds a secret's content: for the agent's socket and nothing else.
    package static func encode(_ operation: AgentOperation) -> [UInt8] {
        WireOperation(operation).canonicalBytes()
    }

    /// Reads the body of `POST /v1/operations`; throws what is wrong with it or missing.
    package static func operation(_ body: [UInt8]) throws(AgentError) -> AgentOperation {
        let wire: WireOperation
        do throws(CanonicalError) {
            wire = try WireOperation(canonical: try CanonicalReader.parse(body))
        } catch {
            throw AgentError(.invalid, "the operation cannot be read: \(error)")
        }
        return try wire.operation()
    }

    /// Reads the body of `POST /v1/epoch`; one that names nobody would make the agent forget who was there.
    package static func announcement(_ body: [UInt8]) throws(AgentError) -> EpochAnnouncement {
        let announcement: EpochAnnouncement
        do throws(CanonicalError) {
            announcement = try EpochAnnouncement(canonical: try CanonicalReader.parse(body))
        } catch {
            throw AgentError(.invalid, "the epoch cannot be read: \(error)")
        }
        guard announcement.epoch.isWhole else {
            throw AgentError(.invalid, "the epoch needs a lineage, a number from 1 and a holder")
        }
        return announcement
    }

    /// The body of `POST /v1/epoch`.
    package static func encode(_ announcement: EpochAnnouncement) -> [UInt8] { announcement.canonicalBytes() }
}
