import ResourceModel

/// An instance as the API reports it.
package struct WireInstance: Sendable, Hashable {
    package var id = ""
    package var slot = 0
    package var node = ""
    package var template = ""
    package var phase = InstancePhase.pending
    package var isHealthy = false
    package var restarts = 0
    package var exitCode: Int?
    package var exitSignal: Int?
    package var exitUnknown = false
    package var message: String?
    package var openConnections = 0
    package var limits: [HeldLimit] = []

    package init() {}

    init(_ instance: ObservedInstance) {
        id = instance.id
        slot = instance.slot
        node = instance.node
        template = instance.template.text
        phase = instance.phase
        isHealthy = instance.isHealthy
        restarts = instance.restarts
        message = instance.message
        openConnections = instance.openConnections
        limits = instance.limits
        switch instance.exitStatus {
        case .code(let code): exitCode = code
        case .signal(let number): exitSignal = number
        case .unknown: exitUnknown = true
        case nil: break
        }
    }

    package var instance: ObservedInstance {
        let status: ExitStatus? =
            exitCode.map(ExitStatus.code) ?? exitSignal.map(ExitStatus.signal) ?? (exitUnknown ? .unknown : nil)
        return ObservedInstance(
            id: id,
            slot: slot,
            node: node,
            template: Fingerprint(text: template),
            phase: phase,
            isHealthy: isHealthy,
            restarts: restarts,
            exitStatus: status,
            message: message,
            openConnections: openConnections,
            limits: limits
        )
    }
}

extension WireInstance: CanonicalRecord {
    package static let fields: [CanonicalField<WireInstance>] = [
        .init("id", \.id),
        .init("slot", \.slot),
        .init("node", \.node),
        .init("template", \.template),
        .init("phase", \.phase),
        .init("isHealthy", \.isHealthy),
        .init("restarts", \.restarts),
        .init("exitCode", \.exitCode),
        .init("exitSignal", \.exitSignal),
        .init("exitUnknown", \.exitUnknown),
        .init("message", \.message),
        .init("openConnections", \.openConnections),
        .init("limits", \.limits),
    ]
}

/// A service as the API reports it.
package struct WireService: Sendable, Hashable {
    package var labels = RecordedLabels()
    package var template = ""
    package var desiredReplicas = 0
    package var virtualAddress: String?
    package var endpoints: [WireEndpoint] = []
    package var trouble: String?
    package var instances: [WireInstance] = []

    package init() {}

    package init(_ service: ObservedService) {
        labels = RecordedLabels(service.labels)
        template = service.template.text
        desiredReplicas = service.desiredReplicas
        virtualAddress = service.virtualAddress
        endpoints = service.endpoints.map(WireEndpoint.init)
        trouble = service.trouble
        instances = service.instances.map(WireInstance.init)
    }

    /// The service; nil when its labels are none.
    package var service: ObservedService? {
        labels.labels.map {
            ObservedService(
                labels: $0,
                template: Fingerprint(text: template),
                desiredReplicas: desiredReplicas,
                instances: instances.map(\.instance),
                virtualAddress: virtualAddress,
                endpoints: endpoints.map(\.endpoint),
                trouble: trouble
            )
        }
    }
}

extension WireService: CanonicalRecord {
    package static let fields: [CanonicalField<WireService>] = [
        .init("labels", \.labels),
        .init("template", \.template),
        .init("desiredReplicas", \.desiredReplicas),
        .init("virtualAddress", \.virtualAddress),
        .init("endpoints", \.endpoints),
        .init("trouble", \.trouble),
        .init("instances", \.instances),
    ]
}

/// A place where a service listens, as the API reports it.
package struct WireEndpoint: Sendable, Hashable {
    package var address = ""
    package var port = 0
    package var transport = TransportProtocol.tcp
    package var target = 0
    package var isPublished = false

    package init() {}

    init(_ endpoint: ServiceEndpoint) {
        address = endpoint.address
        port = endpoint.port
        transport = endpoint.transport
        target = endpoint.target
        isPublished = endpoint.isPublished
    }

    package var endpoint: ServiceEndpoint {
        ServiceEndpoint(address: address, port: port, transport: transport, target: target, isPublished: isPublished)
    }
}

extension WireEndpoint: CanonicalRecord {
    package static let fields: [CanonicalField<WireEndpoint>] = [
        .init("address", \.address), .init("port", \.port), .init("protocol", \.transport),
        .init("target", \.target), .init("isPublished", \.isPublished),
    ]
}

/// What a watch yields: the service, or nothing where there is none.
package struct WireServiceState: Sendable, Hashable {
    package var service: WireService?

    package init() {}

    package init(_ service: ObservedService?) {
        self.service = service.map(WireService.init)
    }
}

extension WireServiceState: CanonicalRecord {
    package static let fields: [CanonicalField<WireServiceState>] = [.init("service", \.service)]
}
