import Applying
import Drivers
import Plans
import ResourceModel
import StateStores

extension ReconcileRunner {
    /// How many revisions are searched for failures: enough for whatever still stands in the way.
    private static let remembered = 50

    /// Reads the record, the cluster and the loads.
    func survey(_ graph: ResourceGraph?) async -> Result<Survey, RoundFailure> {
        do throws(RoundFailure) {
            let (recorded, failures, isInterrupted) = try await record()
            try await checkCluster(recorded)
            var survey = Survey(
                recorded: recorded,
                inventory: try await inventory(
                    graph?.requestedPorts(targetsOn: driver.capabilities.serviceAddress) ?? [],
                    recorded.resources
                ),
                failures: failures,
                time: wallTime()
            )
            survey.isInterrupted = isInterrupted
            if let objection = surroundings.objection(to: survey.inventory, recorded) { throw objection }
            if let graph {
                survey.secrets = try surroundings.secretDigests(of: graph, recorded: recorded)
                survey.images = await imageDigests(graph, recorded)
            }
            let policies = recorded.scalePolicies
            if policies.values.contains(where: { $0.metric != .command }) {
                survey.measurements = await measurements()
            }
            survey.values = await CommandValues(surroundings: surroundings).collect(policies)
            return .success(survey)
        } catch {
            return .failure(error)
        }
    }

    /// What registries tell of images that services are not recorded with.
    ///
    /// A loop follows no tags: nobody would see the plan. So a registry is asked once for each change.
    private func imageDigests(_ graph: ResourceGraph, _ recorded: RecordedState) async -> ImageDigests {
        guard driver.capabilities.resolvesImages, surroundings.imageResolution != .never else { return ImageDigests() }
        let wanted = graph.images(.changed, recorded: recorded.resources)
        let asked = images.unknown(wanted)
        if !asked.isEmpty {
            for silence in images.learn(await driver.answers(onImages: asked)) { surroundings.log(.untold(silence)) }
        }
        return ImageDigests(images.answers, keepsRecorded: true)
    }

    private func record() async throws(RoundFailure) -> (RecordedState, [PastFailure], isInterrupted: Bool) {
        do throws(StateStoreError) {
            let recorded = try await store.snapshot()
            let revisions = try await store.revisions(limit: Self.remembered)
            let failures = revisions.flatMap { revision in
                revision.failures.map { PastFailure(revision: revision.number, failure: $0) }
            }
            return (recorded, failures, revisions.first.map { !$0.outcome.isEnd } ?? false)
        } catch {
            throw RoundFailure(error)
        }
    }

    /// A swarm that was made anew while the loop runs is not filled behind everybody's back.
    private func checkCluster(_ recorded: RecordedState) async throws(RoundFailure) {
        do throws(DriverError) { try await driver.checkIdentity(of: recorded) } catch {
            throw RoundFailure(error.message, help: error.help)
        }
    }

    private func inventory(
        _ ports: [RequestedPort],
        _ recorded: [RecordedResource]
    ) async throws(RoundFailure) -> Inventory {
        do throws(DriverError) { return try await driver.inventory(ports: ports, recorded: recorded) } catch {
            throw RoundFailure(error.message, help: error.help)
        }
    }

    /// Nil when the driver cannot tell: a load that is not known changes nothing.
    private func measurements() async -> [String: InstanceMeasurement]? {
        guard let measured = try? await driver.measurements() else { return nil }
        return Dictionary(measured.flatMap(\.instances).map { ($0.id, $0) }) { $1 }
    }

    /// Applies a plan under the lock.
    func apply(_ plan: Plan) async -> ReconcileEvent {
        await locked({ grant in await apply(plan, under: grant) }, refused: { .applyRefused($0) })
    }

    /// Looks up what an interrupted apply left open, under the lock.
    func closeJournal() async -> ReconcileEvent {
        await locked({ grant in await closeJournal(under: grant) }, refused: { .journalClosed(.failure($0)) })
    }

    /// Does something under the lock, which is held no longer than that.
    private func locked(
        _ body: (LockGrant) async -> ReconcileEvent,
        refused: (RoundFailure) -> ReconcileEvent
    ) async -> ReconcileEvent {
        do throws(StateStoreError) {
            let grant = try await store.acquireLock(surroundings.lockRequest())
            if let dead = grant.takenOverFrom { surroundings.log(.lockTakenOver(dead)) }
            let event = await body(grant)
            // Where it cannot be let go of, the next holder finds out that this one is gone.
            try? await store.releaseLock(grant)
            return event
        } catch {
            guard case .locked(let holder) = error else { return refused(RoundFailure(error)) }
            let request = holder.request
            return .lockHeld(by: "\(request.operation) of \(request.holder) (pid \(request.pid))")
        }
    }

    private func closeJournal(under grant: LockGrant) async -> ReconcileEvent {
        let runner = ApplyRunner(driver: driver, store: store, secrets: secrets, time: time, wallTime: wallTime)
        do throws(ApplyError) {
            return .journalClosed(.success(try await runner.closeInterrupted(author: surroundings.author, grant)))
        } catch {
            switch error {
            case .store(let error): return .journalClosed(.failure(RoundFailure(error)))
            case .driver(let error): return .journalClosed(.failure(RoundFailure(error.message, help: error.help)))
            }
        }
    }

    /// What another apply started after the look at the cluster that the plan was made from; nil: nothing.
    ///
    /// The lock is taken after that look, and an apply that died in between recorded nothing.
    private func startedMeanwhile(
        _ plan: Plan,
        _ recorded: RecordedState,
        _ grant: LockGrant
    ) async throws -> RoundFailure? {
        guard plan.steps.contains(where: { $0.rollout?.kind == .orchestrated }) else { return nil }
        try await HolderAnnouncement(driver, store, lineage: recorded.lineage, grant).make()
        let inventory = try await driver.inventory(ports: [], recorded: recorded.resources)
        for step in plan.steps {
            guard let started = instancesStarted(since: step, inventory) else { continue }
            return RoundFailure(
                "\(step.address): \(started) since the plan was made",
                help: "the next round looks anew"
            )
        }
        return nil
    }

    private func apply(_ plan: Plan, under grant: LockGrant) async -> ReconcileEvent {
        do {
            let recorded = try await store.snapshot()
            if let moved = try await startedMeanwhile(plan, recorded, grant) { return .applyRefused(moved) }
            let request = ApplyRequest(
                plan: plan,
                planDigest: plan.digest(Fingerprinter(key: recorded.key)).text,
                desired: plan.desiredState(after: recorded),
                author: surroundings.author,
                grant: grant,
                timeout: timeout
            )
            let runner = ApplyRunner(driver: driver, store: store, secrets: secrets, time: time, wallTime: wallTime)
            guard current.begin(runner) else { return .applyRefused(RoundFailure("interrupted")) }
            defer { current.end() }
            let conclusion = try await runner.apply(request) { _ in }
            var unsaved = conclusion.unsaved.map {
                "the state does not know how this ended: \($0.operation.action) of \($0.operation.address)"
            }
            if let error = conclusion.storeError { unsaved.append(error.message) }
            return .applied(
                ApplyEnding(report: conclusion.report, revision: conclusion.revision, unsaved: unsaved)
            )
        } catch let error as StateStoreError {
            return .applyRefused(RoundFailure(error))
        } catch let error as DriverError {
            return .applyRefused(RoundFailure(error.message, help: error.help))
        } catch {
            switch error as? ApplyError {
            case .store(let error): return .applyRefused(RoundFailure(error))
            case .driver(let error): return .applyRefused(RoundFailure(error.message, help: error.help))
            case nil: return .applyRefused(RoundFailure("the apply could not begin"))
            }
        }
    }
}

extension RoundFailure {
    init(_ error: StateStoreError) { self.init(error.message, help: error.help) }
}

extension ReconcileNews {
    fileprivate static func untold(_ silence: RegistrySilence) -> Self {
        Self(
            .warning,
            "image.unresolved",
            "the registry \(silence.registry) did not tell what images stand for now: \(silence.reason)",
            reason: silence.cause.rawValue
        )
    }

    fileprivate static func lockTakenOver(_ dead: LockHolder) -> Self {
        let request = dead.request
        return Self(
            .info,
            "lock.taken",
            "took over the lock of \(request.holder) (pid \(request.pid)), which is gone",
            reason: request.operation
        )
    }
}
