import Applying
import Drivers
import Plans
import ResourceModel
import StateStores

/// Performs the effects of the reconcile machine and feeds it what comes back.
///
/// Thin on purpose: it decides nothing. One runner runs one loop.
package struct ReconcileRunner: Sendable {
    let driver: any ClusterDriver
    let store: any StateStore
    let secrets: any SecretProviding
    let surroundings: any ReconcileSurroundings
    let time: any TimeSource
    let wallTime: @Sendable () -> Timestamp
    /// How long a step of an apply may go without progress.
    let timeout: Duration
    let feed: Mailbox<ReconcileEvent>
    let current = CurrentApply()
    let images = ImageMemory()

    package init(
        driver: any ClusterDriver,
        store: any StateStore,
        secrets: any SecretProviding,
        surroundings: any ReconcileSurroundings,
        time: any TimeSource = SystemTime(),
        wallTime: @escaping @Sendable () -> Timestamp,
        timeout: Duration = .seconds(600)
    ) {
        self.driver = driver
        self.store = store
        self.secrets = secrets
        self.surroundings = surroundings
        self.time = time
        self.wallTime = wallTime
        self.timeout = timeout
        feed = Mailbox(time: time)
    }

    /// Asks the loop to end: the first time it finishes what is in flight, the second time it leaves at once.
    package func interrupt() { feed.put([.interrupted]) }

    /// Runs until it is interrupted, or for one round; returns the exit code.
    ///
    /// Under a simulated clock the caller is at work, as `TimeSource` has it.
    package func run(_ policy: ReconcilePolicy) async -> Int32 {
        var machine = ReconcileMachine(policy: policy, capabilities: driver.capabilities)
        // A round is one thing after the other: only the last one can still be at work.
        var work: Task<Void, Never>?
        var alarms: [ReconcileWake: Task<Void, Never>] = [:]
        var watch: Task<Void, Never>?
        // Waits for the world, not for the clock.
        let folders = policy.once ? nil : Task { await watchManifests() }
        feed.put([.start])
        while true {
            for event in await feed.take() {
                var code: Int32?
                for effect in machine.handle(event, now: time.now) {
                    switch effect {
                    case .load: work = task { feed.put([.loaded(await surroundings.manifests())]) }
                    case .survey(let graph): work = task { feed.put([.surveyed(await survey(graph))]) }
                    case .apply(let plan): work = task { feed.put([await apply(plan)]) }
                    case .closeJournal: work = task { feed.put([await closeJournal()]) }
                    case .interruptApply: current.interrupt()
                    case .watchCluster:
                        watch?.cancel()
                        watch = task { await watchCluster() }
                    case .wake(let wake, let pause):
                        alarms.updateValue(task { await wakeUp(wake, pause) }, forKey: wake)?.cancel()
                    case .log(let news): surroundings.log(news)
                    case .publish(let metrics, let health): publish(metrics, health)
                    case .finish(let status): code = status
                    }
                }
                guard let code else { continue }
                for task in [work, watch, folders] + Array(alarms.values) { task?.cancel() }
                feed.close()
                return code
            }
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

    private func wakeUp(_ wake: ReconcileWake, _ pause: Duration) async {
        do { try await time.sleep(for: pause) } catch { return }
        feed.put([.woke(wake)])
    }

    private func watchManifests() async {
        for await _ in surroundings.manifestTouches() { feed.put([.manifestsTouched]) }
    }

    private func watchCluster() async {
        do {
            for try await event in driver.events() where event.kind != .note {
                feed.put([event.kind == .opened ? .clusterOpened : .clusterChanged])
            }
            guard !Task.isCancelled else { return }
            feed.put([.clusterWatchEnded(nil)])
        } catch {
            guard !Task.isCancelled else { return }
            let reason = (error as? DriverError).map { RoundFailure($0.message, help: $0.help) }
            feed.put([.clusterWatchEnded(reason ?? RoundFailure("the driver's events broke off"))])
        }
    }

    private func publish(_ metrics: ReconcileMetrics, _ health: ReconcileHealth) {
        let lastSuccess = health.lastSuccess.map { at in
            Timestamp(milliseconds: wallTime().milliseconds - (time.now - at).nanoseconds / 1_000_000)
        }
        surroundings.publish(metrics, health, lastSuccess: lastSuccess)
    }
}
