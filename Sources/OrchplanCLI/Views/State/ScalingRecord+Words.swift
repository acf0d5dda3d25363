import ResourceModel

extension ScalingRecord {
    /// `autoscaled web from 2 to 4: cpu 91 %, target 60 %`.
    var text: String { "autoscaled \(address.name) from \(from) to \(to): \(reason)" }
}

extension ServiceStatus {
    /// The status with the last decision of the autoscaler, where there is nothing more urgent to say.
    func noting(_ revisions: [Revision]) -> ServiceStatus {
        let last = revisions.lazy.flatMap(\.scalings).first { $0.address == address && $0.to == desired }
        guard let last, event == nil else { return self }
        var copy = self
        copy.notice = last.text
        copy.event = last.text
        return copy
    }
}
