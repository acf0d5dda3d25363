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
        .init("limits", \.limits),
    ]
}

/// A service as the API reports it.
package struct WireService: Sendable, Hashable {
    package var labels = RecordedLabels()
    package var template = ""
    package var desiredReplicas = 0
    package var virtualAddress: String?
    package var instances: [WireInstance] = []

    package init() {}

    package init(_ service: ObservedService) {
        labels = RecordedLabels(service.labels)
        template = service.template.text
        desiredReplicas = service.desiredReplicas
        virtualAddress = service.virtualAddress
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
                virtualAddress: virtualAddress
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
        .init("instances", \.instances),
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
