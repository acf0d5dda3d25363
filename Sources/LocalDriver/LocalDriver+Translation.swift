import Drivers
import LocalAgent
import ResourceModel

extension LocalDriver {
    /// Ports as the agent is asked for them, those that follow each other as one range: a service may publish thousands.
    static func runs(_ ports: [RequestedPort]) -> [String] {
        var runs: [(start: RequestedPort, last: Int)] = []
        for port in ports {
            if let run = runs.last, port.address == run.start.address, port.transport == run.start.transport,
                port.port == run.last + 1
            {
                runs[runs.count - 1].last = port.port
            } else {
                runs.append((port, port.port))
            }
        }
        return runs.map { run in
            let end = run.last > run.start.port ? "-\(run.last)" : ""
            return "\(run.start.address):\(run.start.port)\(end)/\(run.start.transport.rawValue)"
        }
    }

    static func translate(_ operation: Operation) -> AgentOperation {
        AgentOperation(
            id: operation.id,
            labels: operation.labels,
            action: translate(operation.action),
            epoch: operation.epoch
        )
    }

    private static func translate(_ action: OperationAction) -> AgentAction {
        switch action {
        case .createObject(let resource, let name): .createObject(resource, name: name)
        case .createSecret(let resource, let name, let content):
            .createSecret(resource, name: name, content: content)
        case .updateObject(let resource, let name): .updateObject(resource, name: name)
        case .removeObject(let address, let name): .removeObject(address, name: name)
        case .defineService(let definition):
            .defineService(
                AgentServiceDefinition(
                    resource: definition.resource,
                    spec: definition.spec,
                    template: definition.template,
                    replicas: definition.replicas
                )
            )
        case .startInstance(let service, let slot, let id, let template):
            .startInstance(service: service, slot: slot, id: id, template: template)
        case .stopInstance(let service, let id): .stopInstance(service: service, id: id)
        case .removeService(let name): .removeService(name: name)
        }
    }

    static func translate(_ event: AgentEvent) -> ClusterEvent {
        let kind: ClusterEvent.Kind =
            switch event.kind {
            case .opened: .opened
            case .changed: .changed
            case .note: .note
            }
        let text = [event.subject, event.text].filter { !$0.isEmpty }.joined(separator: ": ")
        return ClusterEvent(service: event.service, kind: kind, text: text, time: event.time)
    }

    static func translate(_ measured: WireServiceMeasurement) -> ServiceMeasurement {
        ServiceMeasurement(
            service: measured.name,
            instances: measured.instances.map {
                InstanceMeasurement(
                    id: $0.id,
                    cpuTime: .microseconds($0.cpuMicroseconds),
                    memory: ByteCount(bytes: Int64($0.memoryBytes)),
                    connections: $0.connections,
                    restarts: $0.restarts
                )
            }
        )
    }

    /// The error that an answer with an error status holds.
    static func failure(_ status: Int, _ body: [UInt8]) -> DriverError {
        if let value = try? CanonicalReader.parse(body), let wire = try? WireError(canonical: value) {
            return translate(wire.error)
        }
        return DriverError(.unknownOutcome, "the agent answered with status \(status)")
    }

    static func translate(_ error: AgentError) -> DriverError {
        DriverError(DriverError.Code(rawValue: error.code.rawValue) ?? .transient, error.message, help: error.help)
    }

    static func translate(_ error: any Error) -> DriverError {
        switch error {
        case let error as DriverError: return error
        case let error as AgentError: return translate(error)
        case let error as AgentClientError:
            switch error {
            case .notRunning, .notPermitted, .stranger, .impostor:
                return DriverError(.unreachable, error.description, help: error.wayOut)
            case .status(let status, let body): return failure(status, body)
            // The request may have arrived.
            case .timeout, .protocol, .suspended:
                return DriverError(.unknownOutcome, error.description, help: error.wayOut)
            }
        default: return DriverError(.unknownOutcome, "the agent cannot be asked: \(error)")
        }
    }
}
