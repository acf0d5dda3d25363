import ResourceModel

/// Who holds the state's lock, as a cluster knows it that remembers epochs; the local agent is one.
extension SimulatedCluster {
    /// Learns who holds the lock now; from then on what an earlier holder sends is refused.
    ///
    /// What of an earlier holder is under way already goes on: `isQuiet(before:)` tells when it is over.
    package mutating func announce(_ announcement: EpochAnnouncement) throws(DriverError) {
        guard options.remembersEpochs else { return }
        if let refusal = epochs.announce(announcement) { throw Self.refused(refusal) }
    }

    /// The last holder that it was told of.
    package var lastHolder: RunEpoch? { options.remembersEpochs ? epochs.last : nil }

    /// Whether what this holder sends is taken.
    package func takes(_ epoch: RunEpoch) -> Bool {
        guard options.remembersEpochs else { return true }
        var memory = epochs
        return memory.admit(epoch) == nil
    }

    /// Whether nothing of an earlier holder is under way any more.
    package func isQuiet(before epoch: RunEpoch) -> Bool {
        !options.remembersEpochs
            || !calls.contains { call in
                guard call.actAt != nil, call.result == nil, let other = call.operation.epoch else { return false }
                return other != epoch
            }
    }

    /// Lets an operation in, or says that another holder has the lock by now; operations of nobody's lock are taken.
    mutating func admit(_ epoch: RunEpoch?) throws(DriverError) {
        guard options.remembersEpochs, let epoch else { return }
        if let refusal = epochs.admit(epoch) { throw Self.refused(refusal) }
    }

    private static func refused(_ refusal: EpochRefusal) -> DriverError {
        DriverError(.conflict, refusal.message, help: refusal.help)
    }
}
