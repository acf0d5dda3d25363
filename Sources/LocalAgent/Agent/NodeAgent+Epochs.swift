import Glibc
import ResourceModel

extension NodeAgent {
    /// Learns who holds the state's lock now, and returns when nothing of an earlier holder is under way any more.
    ///
    /// From then on an operation of an earlier holder is refused, whenever it arrives and whichever agent it meets: a
    /// request may lie in the socket long after its sender was killed, and a holder who was suspended may wake up.
    package func announce(_ announcement: EpochAnnouncement) async throws(AgentError) {
        try keep { $0.announce(announcement) }
        while operationsUnderWay.contains(where: { $0.key != announcement.epoch && $0.value > 0 }) {
            await withCheckedContinuation { epochWaiters.append($0) }
        }
    }

    /// Runs an operation for a holder of the lock, unless another has it by now.
    func admitted<Value>(
        _ epoch: RunEpoch?,
        _ body: () async throws(AgentError) -> Value
    ) async throws(AgentError) -> Value {
        guard let epoch else { return try await body() }
        try keep { $0.admit(epoch) }
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
    private func keep(_ change: (inout EpochMemory) -> EpochRefusal?) throws(AgentError) {
        var memory = epochs
        if let refusal = change(&memory) { throw AgentError(.conflict, refusal.message, help: refusal.help) }
        guard memory != epochs else { return }
        try directory.save(memory, at: directory.epochRecord)
        epochs = memory
    }

    /// Reads what the last agent knew.
    func recoverEpochs() throws(AgentError) -> [BrokenRecord] {
        let (records, broken) = try directory.load([directory.epochRecord], as: EpochMemory.self)
        epochs = records.first ?? EpochMemory()
        return broken
    }
}
