import Drivers
import Plans
import ResourceModel
import StateStores

/// Performs the effects of the apply machine and feeds it what comes back.
///
/// Thin on purpose: it decides nothing. One runner runs one apply.
package struct ApplyRunner: Sendable {
    let driver: any ClusterDriver
    let store: any StateStore
    private let secrets: any SecretProviding
    private let time: any TimeSource
    let wallTime: @Sendable () -> Timestamp
    private let feed: Mailbox<ApplyEvent>
    /// How often the lock shows that its holder lives (nil: whoever took it sees to that), in the world's time: the lock is no part of a simulation.
    private let heartbeat: Duration?

    package init(
        driver: any ClusterDriver,
        store: any StateStore,
        secrets: any SecretProviding,
        time: any TimeSource = SystemTime(),
        wallTime: @escaping @Sendable () -> Timestamp,
        heartbeat: Duration? = .seconds(5)
    ) {
        self.driver = driver
        self.store = store
        self.secrets = secrets
        self.time = time
        self.wallTime = wallTime
        self.heartbeat = heartbeat
        feed = Mailbox(time: time)
    }

    /// Asks the apply to end: the first time it finishes what is in flight and saves, the second time it leaves at once.
    package func interrupt() { feed.put([.interrupted]) }

    /// The driver is gone for good and cannot be brought back.
    package func driverLost(_ error: DriverError) { feed.put([.driverLost(error)]) }

    /// Applies the plan; returns when everything that was begun is over and recorded.
    ///
    /// Under a simulated clock the caller is at work, as `TimeSource` has it.
    ///
    /// - Parameter progress: Called in order, never at the same time.
    package func apply(
        _ request: ApplyRequest,
        progress: @escaping @Sendable (ApplyProgress) -> Void
    ) async throws(ApplyError) -> ApplyConclusion {
        let state = try await snapshot()
        let cluster = try await cluster(state, takesOver: request.takesOver)
        let epoch = try await announce(state, request.grant)
        let interruption = try await closeJournal(of: state, request.grant)
        var context = ApplyContext(
            plan: request.plan,
            planDigest: request.planDigest,
            state: state,
            revision: 0,
            epoch: Timestamp(milliseconds: wallTime().milliseconds - time.now.nanoseconds / 1_000_000),
            timeout: request.timeout
        )
        if context.staleStep == nil { context.revision = try await begin(request, cluster, after: state.lastRevision) }
        let runLoop = EffectLoop(
            driver: driver,
            store: store,
            secrets: secrets,
            fingerprinter: Fingerprinter(key: state.key),
            time: time,
            grant: request.grant,
            epoch: epoch,
            feed: feed,
            progress: progress
        )
        let beats = Task { await beat(request.grant) }
        let (report, unsaved) = await runLoop.run(ApplyMachine(context))
        beats.cancel()
        var conclusion = ApplyConclusion(report: report, interruption: interruption, unsaved: unsaved)
        guard context.revision > 0 else { return conclusion }
        conclusion.revision = context.revision
        do throws(StateStoreError) {
            try await store.endRevision(
                context.revision,
                outcome: RevisionOutcome(report.outcome),
                summary: request.summary(report.summary(of: request.plan)),
                failures: report.failures(of: request.plan),
                at: wallTime(),
                request.grant
            )
        } catch {
            conclusion.storeError = error
        }
        return conclusion
    }

    func snapshot() async throws(ApplyError) -> RecordedState {
        do throws(StateStoreError) { return try await store.snapshot() } catch { throw .store(error) }
    }

    /// The id of the cluster that is about to be changed.
    func cluster(_ state: RecordedState, takesOver: Bool) async throws(ApplyError) -> String? {
        do throws(DriverError) {
            return takesOver ? try await driver.identity() : try await driver.checkIdentity(of: state)
        } catch {
            throw .driver(error)
        }
    }

    private func begin(
        _ request: ApplyRequest,
        _ cluster: String?,
        after last: Int
    ) async throws(ApplyError) -> Int {
        let revision = Revision(
            number: last + 1,
            startedAt: wallTime(),
            author: request.author,
            summary: request.summary(request.plan.summary.planned),
            plan: request.planDigest,
            desired: request.desired,
            scalings: request.plan.scalings,
            cluster: cluster
        )
        do throws(StateStoreError) { return try await store.beginRevision(revision, request.grant) } catch {
            throw .store(error)
        }
    }

    @discardableResult
    func announce(_ state: RecordedState, _ grant: LockGrant) async throws(ApplyError) -> RunEpoch {
        try await HolderAnnouncement(driver, store, lineage: state.lineage, grant).make()
    }

    private func beat(_ grant: LockGrant) async {
        guard let heartbeat else { return }
        while !Task.isCancelled {
            do { try await SystemTime().sleep(for: heartbeat) } catch { return }
            // A lock that is lost is noticed by the next write, which the store refuses.
            try? await store.heartbeat(grant)
        }
    }
}

extension RevisionOutcome {
    package init(_ outcome: ApplyOutcome) {
        self =
            switch outcome {
            case .converged: .converged
            case .failed, .stale: .failed
            case .rolledBack: .rolledBack
            case .paused: .paused
            case .timedOut: .timedOut
            case .interrupted: .interrupted
            }
    }
}
