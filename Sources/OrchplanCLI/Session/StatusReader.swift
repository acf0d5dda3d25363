import Applying
import Drivers
import ResourceModel
import StateStores

/// Reads, again and again, everything that a status is made of.
struct StatusReader: Sendable {
    let workspace: Workspace
    let driver: any ClusterDriver
    /// Nil: nobody looks at what instances use.
    private let meter: UsageMeter?
    /// How many of an instance's last lines are read where there is trouble.
    var logLines = 4

    /// - Parameter measures: Whether to find out what instances use.
    init(_ workspace: Workspace, recorded: RecordedState, measures: Bool = false) throws {
        meter = measures ? UsageMeter() : nil
        self.workspace = workspace
        driver = try workspace.makeDriver(recorded: recorded)
    }

    /// How everything is now.
    ///
    /// - Parameter startsAgent: Whether the local driver starts an agent where none runs. Whoever only goes on watching
    ///   waits for one instead: whoever ended it may have meant to.
    func read(startsAgent: Bool = true) async throws -> StatusReport {
        let store = try workspace.openStore(create: false)
        let recorded = try await workspace.recordedState()
        let inventory: Inventory
        var holder: LockHolder?
        do {
            inventory = try await self.inventory(recorded, startsAgent)
            holder = try await store?.lockHolder()
        } catch let error as DriverError {
            throw CommandFailure(error)
        } catch let error as StateStoreError {
            throw CommandFailure(error)
        }
        var input = StatusInput(
            recorded: recorded,
            inventory: inventory,
            now: SystemTimestamp.now(),
            hostAddress: driver.capabilities.driver == "local" ? "127.0.0.1" : ""
        )
        input.isCluster = driver.capabilities.driver == "swarm"
        input.unsupported = driver.capabilities.unsupportedFields
        input.holder = workspace.living(holder)
        if input.holder == nil, let revision = try await interruptedRevision() {
            input.interrupted = revision.number
            input.interruptedCommand = revision.command
        }
        if let store { input.isOldCopy = await isOldCopy(recorded, store) }
        if let telling = driver as? any ClusterTelling { await add(telling, to: &input) }
        input.events += try await workspace.lastRevisions().flatMap(\.scalingEvents)
        input.events.sort { $0.time < $1.time }
        if let meter { input.usage = await meter.read(driver) }
        let troubled = inventory.troubled(input.facts, now: input.now, perService: 3)
        input.logs = await logs(troubled)
        return StatusReport(input)
    }

    /// The last revision, where it was begun and nobody is about to end it.
    ///
    /// Its outcome is read before the lock and after it: who begins a revision has the lock, and ends it first.
    private func interruptedRevision() async throws -> Revision? {
        guard let store = try workspace.openStore(create: false) else { return nil }
        do throws(StateStoreError) {
            guard let last = try await store.revisions(limit: 1).first, !last.outcome.isEnd else { return nil }
            guard workspace.living(try await store.lockHolder()) == nil else { return nil }
            let again = try await store.revisions(limit: 1).first
            return again?.number == last.number && again?.outcome == last.outcome ? last : nil
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Whether others have worked here since this state was copied: what it holds is not what was applied last.
    ///
    /// A cluster that does not tell is none that contradicts.
    private func isOldCopy(_ recorded: RecordedState, _ store: any StateStore) async -> Bool {
        do {
            // Asked before the state, which knows of a holder before the cluster is told of it.
            guard let known = try await driver.lastHolder(), known.lineage == recorded.lineage else { return false }
            return !known.isKnown(to: try await store.grantee(ofEpoch: known.number))
        } catch {
            return false
        }
    }

    /// Reads once what instances use, so that the next reading tells their load.
    func beginMeasuring() async {
        guard let meter, await !meter.read(driver).isEmpty else { return }
        try? await Task.sleep(for: .milliseconds(200))
    }

    private func inventory(_ recorded: RecordedState, _ startsAgent: Bool) async throws -> Inventory {
        guard !startsAgent, driver.capabilities.driver == "local", let local = driver as? any ClusterTelling else {
            try await driver.checkIdentity(of: recorded)
            return try await driver.inventory(ports: [], recorded: recorded.resources)
        }
        guard let inventory = await local.presentInventory() else {
            throw CommandFailure("the agent is gone; going on as soon as one is there again")
        }
        return inventory
    }

    /// What drivers tell of instances beside the inventory.
    ///
    /// An agent that was started by an earlier version may not answer; the rest is worth showing without.
    private func add(_ local: any ClusterTelling, to input: inout StatusInput) async {
        let facts = (try? await local.facts()) ?? []
        input.facts = Dictionary(facts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        input.events = ((try? await local.recentEvents()) ?? [])
            .map { event in
                let time = Timestamp(milliseconds: Int64(event.time))
                return StatusEvent(time: time, subject: event.subject, text: event.text)
            }
    }

    private func logs(_ instances: [String]) async -> [String: [String]] {
        await withTaskGroup(of: (String, [String]).self) { group in
            for id in instances.prefix(32) {
                group.addTask { (id, await driver.recentLogs(instance: id, lines: logLines)) }
            }
            var logs: [String: [String]] = [:]
            for await (id, lines) in group { logs[id] = lines }
            return logs
        }
    }
}
