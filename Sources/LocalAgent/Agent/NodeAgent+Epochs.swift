import Glibc
import ResourceModel

extension NodeAgent {
    /// Learns who holds the state's lock now, and returns when nothing of an earlier holder is under way any more.
    ///
    /// From then on an operation of an earlier holder is refused, whenever it arrives and whichever agent it meets: a
    /// request may lie in the socket long after its sender was killed, and a holder who was suspended may wake up.
    package func announce(_ epoch: RunEpoch) async throws(AgentError) {
        // A state that was made anew or restored has another lineage; whoever announces it has its lock.
        if let known = self.epoch, known.lineage == epoch.lineage, !epoch.follows(known) {
            throw Self.outdated(epoch, known)
        }
        try keep(epoch)
        while operationsUnderWay.contains(where: { $0.key != epoch && $0.value > 0 }) {
            await withCheckedContinuation { epochWaiters.append($0) }
        }
    }

    /// Runs an operation for a holder of the lock, unless another has it by now.
    func admitted<Value>(
        _ epoch: RunEpoch?,
        _ body: () async throws(AgentError) -> Value
    ) async throws(AgentError) -> Value {
        guard let epoch else { return try await body() }
        if let known = self.epoch, !epoch.follows(known) { throw Self.outdated(epoch, known) }
        try keep(epoch)
        operationsUnderWay[epoch, default: 0] += 1
        defer { operationEnded(epoch) }
        return try await body()
    }

    private func operationEnded(_ epoch: RunEpoch) {
        operationsUnderWay[epoch, default: 1] -= 1
        if operationsUnderWay[epoch] == 0 { operationsUnderWay[epoch] = nil }
        for waiter in epochWaiters { waiter.resume() }
        epochWaiters = []
    }

    /// Remembered over the agent's own death: it is on the disk before anything is done for that holder.
    private func keep(_ epoch: RunEpoch) throws(AgentError) {
        guard epoch != self.epoch else { return }
        try directory.save(epoch, at: directory.epochRecord)
        self.epoch = epoch
    }

    /// Reads what the last agent knew.
    func recoverEpoch() throws(AgentError) -> [BrokenRecord] {
        let (records, broken) = try directory.load([directory.epochRecord], as: RunEpoch.self)
        epoch = records.first
        return broken
    }

    private static func outdated(_ epoch: RunEpoch, _ known: RunEpoch) -> AgentError {
        let whose = known.lineage == epoch.lineage ? "epoch \(known.number), this is \(epoch.number)" : "another state"
        return AgentError(
            .conflict,
            "another run has taken the lock since (\(whose))",
            help: "run orchplan plan to see where things stand; where an old copy of the state was put in its place by"
                + " hand, bring it in with orchplan state restore"
        )
    }
}
