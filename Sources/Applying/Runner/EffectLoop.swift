import Drivers
import Plans
import ResourceModel
import StateStores

/// Takes events one by one, lets the machine handle them, and starts the effects.
///
/// Driver calls, waits and watches are tasks of their own and are never waited for at the end: a driver that does not
/// answer must not keep an interrupted apply from ending. Journal writes go through one queue and are always finished.
struct EffectLoop: Sendable {
    let driver: any ClusterDriver
    let store: any StateStore
    let secrets: any SecretProviding
    let fingerprinter: Fingerprinter
    let time: any TimeSource
    let grant: LockGrant
    let feed: AsyncStream<ApplyEvent>.Continuation
    let progress: @Sendable (ApplyProgress) -> Void

    private enum Write: Sendable {
        case intent(OperationRecord)
        case outcome(OperationRecord, [RecordChange])
    }

    func run(_ initial: ApplyMachine, _ events: AsyncStream<ApplyEvent>) async -> (ApplyReport, [UnsavedOutcome]) {
        var machine = initial
        let (writes, journal) = AsyncStream<Write>.makeStream()
        let lost = UnwrittenOutcomes()
        let writer = Task { for await write in writes { await perform(write, lost) } }
        var tasks = EffectTasks()
        feed.yield(.start)
        var final: ApplyReport?
        for await event in events {
            if case .woke(let wake) = event { tasks.finished(wake) }
            for effect in machine.handle(event, now: time.now) {
                switch effect {
                case .recordIntent(let record): journal.yield(.intent(record))
                case .recordOutcome(let record, let changes): journal.yield(.outcome(record, changes))
                case .perform(let operation): tasks.calls[operation.id] = Task { await perform(operation) }
                case .watch(let service):
                    tasks.watches.updateValue(Task { await watch(service) }, forKey: service)?.cancel()
                case .unwatch(let service): tasks.watches.removeValue(forKey: service)?.cancel()
                case .wake(let wake, let pause):
                    tasks.alarms.updateValue(Task { await wakeUp(wake, pause) }, forKey: wake)?.cancel()
                case .fetchLogs(let instance): tasks.logs.append(Task { await fetchLogs(instance) })
                case .progress(let news): progress(news)
                case .finish(let report): final = report
                }
            }
            if let final {
                journal.finish()
                await writer.value
                tasks.cancelAll()
                feed.finish()
                return (final, machine.unsaved + lost.all(besides: machine.unsaved))
            }
        }
        // The stream ends only with the apply.
        return (ApplyReport(results: [], outcome: .failed, elapsed: .zero), machine.unsaved)
    }

    private func perform(_ write: Write, _ lost: UnwrittenOutcomes) async {
        do throws(StateStoreError) {
            switch write {
            case .intent(let record):
                try await store.recordIntent(record, grant)
                feed.yield(.intentRecorded(record.id))
            case .outcome(let record, let changes):
                try await store.recordOutcome(record, changes, grant)
                feed.yield(.outcomeRecorded(record.id))
            }
        } catch {
            switch write {
            case .intent(let record): feed.yield(.storeFailed(record.id, error))
            case .outcome(let record, let changes):
                lost.add(UnsavedOutcome(operation: record, changes: changes, error: error))
                feed.yield(.storeFailed(record.id, error))
            }
        }
    }

    private func perform(_ operation: Operation) async {
        do throws(DriverError) {
            let filled = try await secrets.filled(operation, fingerprinter)
            feed.yield(.performed(operation.id, .success(try await driver.perform(filled))))
        } catch {
            feed.yield(.performed(operation.id, .failure(error)))
        }
    }

    private func watch(_ service: String) async {
        do {
            for try await state in driver.watch(service: service) { feed.yield(.observed(service, state)) }
            guard !Task.isCancelled else { return }
            feed.yield(.watchFailed(service, DriverError(.unreachable, "the watch of \(service) ended")))
        } catch {
            guard !Task.isCancelled else { return }
            let reason = error as? DriverError ?? DriverError(.unreachable, "the watch of \(service) broke off")
            feed.yield(.watchFailed(service, reason))
        }
    }

    private func wakeUp(_ wake: ApplyWake, _ pause: Duration) async {
        do { try await time.sleep(for: pause) } catch { return }
        feed.yield(.woke(wake))
    }

    private func fetchLogs(_ instance: String) async {
        feed.yield(.logs(instance: instance, await driver.recentLogs(instance: instance, lines: 20)))
    }
}

/// The tasks that effects became.
struct EffectTasks {
    var calls: [String: Task<Void, Never>] = [:]
    var watches: [String: Task<Void, Never>] = [:]
    var alarms: [ApplyWake: Task<Void, Never>] = [:]
    var logs: [Task<Void, Never>] = []

    mutating func finished(_ wake: ApplyWake) { alarms[wake] = nil }

    func cancelAll() {
        for task in calls.values { task.cancel() }
        for task in watches.values { task.cancel() }
        for task in alarms.values { task.cancel() }
        for task in logs { task.cancel() }
    }
}
