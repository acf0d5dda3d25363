import ResourceModel

extension ScalingRecord {
    /// `autoscaled web from 2 to 4: cpu 91 %, target 60 %`.
    var text: String { "autoscaled \(address.name) from \(from) to \(to): \(reason)" }
}

extension Revision {
    /// The autoscaler's decisions as something that happened to the services.
    var scalingEvents: [StatusEvent] {
        scalings.map {
            StatusEvent(
                time: startedAt,
                subject: $0.address.name,
                text: "autoscaled from \($0.from) to \($0.to): \($0.reason)"
            )
        }
    }
}
