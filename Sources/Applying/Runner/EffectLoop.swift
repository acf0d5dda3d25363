import Drivers
import Plans
import ResourceModel
import StateStores

/// Takes events in their order, lets the machine handle them, and starts the effects.
///
/// Driver calls, waits and watches are tasks of their own and are never waited for at the end: a driver that does not
/// answer must not keep an interrupted apply from ending. Journal writes go through one queue and are always finished;
/// those that come while a commit is running are handed over together when it is done.
struct EffectLoop: Sendable {
    let driver: any ClusterDriver
    let store: any StateStore
    let secrets: any SecretProviding
    let fingerprinter: Fingerprinter
    let time: any TimeSource
    let grant: LockGrant
    /// The grant as the driver knows it.
    let epoch: RunEpoch
    let feed: Mailbox<ApplyEvent>
    let progress: @Sendable (ApplyProgress) -> Void

    func run(_ initial: ApplyMachine) async -> (ApplyReport, [UnsavedOutcome]) {
        var machine = initial
        let journal = Mailbox<JournalWrite>(time: time)
        let lost = UnwrittenOutcomes()
        time.workBegan()
        let writer = Task { await keep(journal, lost) }
        var tasks = EffectTasks()
        feed.put([.start])
        while true {
            let events = await feed.take()
            var writes: [JournalWrite] = []
            var final: ApplyReport?
            for event in events {
                tasks.forget(event)
                for effect in machine.handle(event, now: time.now) {
                    switch effect {
                    case .journal(let write): writes.append(write)
                    case .finish(let report): final = report
                    default: start(effect, &tasks)
                    }
                }
            }
            journal.put(writes)
            guard let final else { continue }
            journal.close()
            // The writer's work becomes this function's again.
            time.workEnded()
            await writer.value
            tasks.cancelAll()
            feed.close()
            return (final, machine.unsaved + lost.all(besides: machine.unsaved))
        }
    }

    /// Starts what is not the journal's.
    private func start(_ effect: ApplyEffect, _ tasks: inout EffectTasks) {
        switch effect {
        case .perform(let operation): tasks.calls[operation.id] = task { await perform(operation) }
        case .watch(let service):
            tasks.watches.updateValue(task { await watch(service) }, forKey: service)?.cancel()
        case .unwatch(let service):
            tasks.watches.removeValue(forKey: service)?.cancel()
            tasks.looks.removeValue(forKey: service)?.cancel()
        case .look(let service):
            tasks.looks.updateValue(task { await look(service) }, forKey: service)?.cancel()
        case .wake(let wake, let pause):
            tasks.alarms.updateValue(task { await wakeUp(wake, pause) }, forKey: wake)?.cancel()
        case .fetchLogs(let instance): tasks.logs.append(task { await fetchLogs(instance) })
        case .progress(let news): progress(news)
        case .journal, .finish: break
        }
    }

    /// A task whose work the clock knows of.
    private func task(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        time.workBegan()
        return Task {
            await body()
            time.workEnded()
        }
    }

    /// Hands the journal's writes to the store, everything that is waiting at once.
    private func keep(_ journal: Mailbox<JournalWrite>, _ lost: UnwrittenOutcomes) async {
        while true {
            let writes = await journal.take()
            guard !writes.isEmpty else { return }
            for (write, result) in zip(writes, await store.record(writes, grant)) {
                let id = write.operation.id
                switch (result, write) {
                case (.success, .intent): feed.put([.intentRecorded(id)])
                case (.success, .outcome): feed.put([.outcomeRecorded(id)])
                case (.failure(let error), .intent): feed.put([.storeFailed(id, error)])
                case (.failure(let error), .outcome(let record, let changes)):
                    lost.add(UnsavedOutcome(operation: record, changes: changes, error: error))
                    feed.put([.storeFailed(id, error)])
                }
            }
        }
    }

    private func perform(_ operation: Operation) async {
        do throws(DriverError) {
            var filled = try await secrets.filled(operation, fingerprinter)
            filled.epoch = epoch
            feed.put([.performed(operation.id, .success(try await driver.perform(filled)))])
        } catch {
            feed.put([.performed(operation.id, .failure(error))])
        }
    }

    private func watch(_ service: String) async {
        do {
            for try await state in driver.watch(service: service) { feed.put([.observed(service, state)]) }
            guard !Task.isCancelled else { return }
            feed.put([.watchFailed(service, DriverError(.unreachable, "the watch of \(service) ended"))])
        } catch {
            guard !Task.isCancelled else { return }
            let reason = error as? DriverError ?? DriverError(.unreachable, "the watch of \(service) broke off")
            feed.put([.watchFailed(service, reason)])
        }
    }

    private func look(_ service: String) async {
        let answer: Result<ObservedService?, DriverError>
        do throws(DriverError) { answer = .success(try await driver.observe(service: service)) } catch {
            answer = .failure(error)
        }
        guard !Task.isCancelled else { return }
        feed.put([.looked(service, answer)])
    }

    private func wakeUp(_ wake: ApplyWake, _ pause: Duration) async {
        do { try await time.sleep(for: pause) } catch { return }
        feed.put([.woke(wake)])
    }

    private func fetchLogs(_ instance: String) async {
        feed.put([.logs(instance: instance, await driver.recentLogs(instance: instance, lines: 20))])
    }
}

/// The tasks that effects became.
struct EffectTasks {
    var calls: [String: Task<Void, Never>] = [:]
    var watches: [String: Task<Void, Never>] = [:]
    var looks: [String: Task<Void, Never>] = [:]
    var alarms: [ApplyWake: Task<Void, Never>] = [:]
    var logs: [Task<Void, Never>] = []

    /// Lets go of the task that an event is the last word of: as long as one is held, so is all the memory that it used.
    mutating func forget(_ event: ApplyEvent) {
        switch event {
        case .woke(let wake): alarms[wake] = nil
        case .performed(let operation, _): calls[operation] = nil
        default: break
        }
    }

    func cancelAll() {
        for task in calls.values { task.cancel() }
        for task in watches.values { task.cancel() }
        for task in looks.values { task.cancel() }
        for task in alarms.values { task.cancel() }
        for task in logs { task.cancel() }
    }
}
