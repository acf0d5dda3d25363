import Drivers
import ResourceModel

/// Looks at the project for all who watch it: one round of calls, however many services are watched.
///
/// The engine tells of services, networks, volumes, secrets, configs and its own containers, and nothing of tasks on
/// other nodes. So its events only make it look sooner, and it looks again and again: often for those who watch a
/// service while a rollout goes on, seldom for those who follow what happens. Nobody looks when nobody listens.
actor ServiceFeed {
    private let reader: RepeatedReader
    private let objectReader: ObjectReader
    private let engineEvents: EngineEvents
    private let limits: FeedPace.Limits
    private var watches: [Int: Watch] = [:]
    private var followers: [Int: Follower] = [:]
    private var nextKey = 0
    private var looking: Task<Void, Never>?
    private var following: Task<Void, Never>?
    /// The pause between two looks.
    private var nap: Task<Void, Never>?
    /// What was seen last; nil before the first look.
    private var seen: ProjectView?
    private var own: OwnObjects
    private var round = 0
    private var quietRounds = 0
    /// Looks that failed in a row.
    private var failures = 0
    private var failingSince: ContinuousClock.Instant?
    private var isTold = false
    private var ask = Ask()
    /// What this run has defined, by the services' names.
    private var definitions: [String: SentDefinition] = [:]
    private var lastEnd = ContinuousClock.now

    private struct Watch {
        var service: String
        /// The first round whose answer counts: an earlier one may have begun before what the caller did.
        var from: Int
        var continuation: AsyncThrowingStream<ObservedService?, any Error>.Continuation
        /// Nil: nothing was told yet.
        var told: ObservedService??
    }

    private struct Follower {
        var from: Int
        var continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation
        var isOpened = false
    }

    /// What was asked for since the last look began.
    private struct Ask {
        /// Somebody waits for a first answer.
        var isUrgent = false
        var services = false
        var objects = false

        var isAny: Bool { isUrgent || services || objects }
    }

    init(
        project: String,
        client: EngineClient,
        ownership: Ownership? = nil,
        limits: FeedPace.Limits = FeedPace.Limits()
    ) {
        self.limits = limits
        reader = RepeatedReader(ServiceReader(project: project, client: client, ownership: ownership))
        objectReader = ObjectReader(project: project, client: client)
        engineEvents = EngineEvents(client: client)
        own = OwnObjects(project: project)
    }

    /// Tells what this run has made of a service: from then on another definition of it is somebody else's.
    func sent(_ service: String, _ spec: CanonicalValue) {
        definitions[service] = SentDefinition(spec: spec)
    }

    nonisolated func watch(_ service: String) -> AsyncThrowingStream<ObservedService?, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ObservedService?, any Error>
            .makeStream(bufferingPolicy: .bufferingNewest(1))
        Task { await add(service, continuation) }
        return stream
    }

    nonisolated func events() -> AsyncThrowingStream<ClusterEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ClusterEvent, any Error>
            .makeStream(bufferingPolicy: .bufferingNewest(10_000))
        Task { await follow(continuation) }
        return stream
    }

    private func add(_ service: String, _ continuation: AsyncThrowingStream<ObservedService?, any Error>.Continuation) {
        let key = key()
        watches[key] = Watch(service: service, from: round + 1, continuation: continuation)
        continuation.onTermination = { _ in Task { await self.end(key) } }
        hurry()
    }

    private func follow(_ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation) {
        let key = key()
        followers[key] = Follower(from: round + 1, continuation: continuation)
        continuation.onTermination = { _ in Task { await self.end(key) } }
        if following == nil { listen() }
        ask.objects = true
        hurry()
    }

    private func end(_ key: Int) {
        watches[key] = nil
        followers[key] = nil
        if followers.isEmpty {
            following?.cancel()
            following = nil
            isTold = false
        }
        guard watches.isEmpty, followers.isEmpty else { return }
        rest()
    }

    private func rest() {
        looking?.cancel()
        looking = nil
        seen = nil
        failures = 0
        failingSince = nil
    }

    // MARK: - When to look

    /// Looks at once and then often.
    private func hurry() {
        quietRounds = 0
        ask.isUrgent = true
        if looking == nil { looking = Task { await look() } } else { nap?.cancel() }
    }

    private func listen() {
        following?.cancel()
        isTold = false
        following = Task { [engineEvents] in
            await engineEvents.follow { [weak self] in await self?.heard($0) }
        }
    }

    private func heard(_ happening: EngineEvents.Happening) {
        guard !Task.isCancelled else { return }
        switch happening {
        case .opened:
            isTold = true
            // What happened while nothing was told is found by a look at everything.
            asked(.objects)
        case .broken:
            isTold = false
            asked(.services)
        case .news(let news): if own.concerns(news) { asked(news.subject) }
        }
    }

    /// Looks soon: at once after a pause, and no oftener than those who watch have it anyway.
    private func asked(_ subject: EngineNews.Subject) {
        let isFirst = !ask.isAny
        if subject == .objects { ask.objects = true } else { ask.services = true }
        quietRounds = 0
        guard isFirst, nap != nil else { return }
        let wait = limits.shortest - (ContinuousClock.now - lastEnd)
        Task {
            if wait > .zero { try? await Task.sleep(for: wait) }
            nap?.cancel()
        }
    }

    private func look() async {
        var objectsAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            let isDue = objectsAt.map { ContinuousClock.now - $0 >= limits.longest } ?? true
            let wantsObjects = !followers.isEmpty && (ask.objects || isDue || failures > 0)
            ask = Ask()
            round += 1
            let number = round
            let began = ContinuousClock.now
            do throws(EngineError) {
                let answers = try await reader.answers()
                let objects = wantsObjects ? try await objectReader.objects() : nil
                guard !Task.isCancelled else { return }
                if objects != nil { objectsAt = .now }
                took(answers, objects, number)
            } catch {
                guard !Task.isCancelled else { return }
                if wantsObjects { ask.objects = true }
                failed(error, began)
                guard looking != nil else { return }
            }
            lastEnd = .now
            await pause()
        }
    }

    private func pause() async {
        let pace = FeedPace(
            limits: limits,
            isWatched: !watches.isEmpty,
            isTold: isTold,
            isAsked: ask.services || ask.objects,
            quietRounds: quietRounds,
            failures: failures
        )
        let time = ask.isUrgent && failures == 0 ? .zero : pace.pause
        let nap = Task<Void, Never> { try? await Task.sleep(for: time) }
        self.nap = nap
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        // Another loop may have begun.
        if !Task.isCancelled { self.nap = nil }
    }

    // MARK: - What was seen

    private func took(_ answers: ServiceAnswers, _ objects: [CanonicalValue]?, _ number: Int) {
        for json in answers.services + (objects ?? []) { own.add(json) }
        let now = ProjectView(answers, objects.map(ObjectReader.seen) ?? seen?.objects)
        let changes = seen.map(now.changes) ?? []
        quietRounds = changes.isEmpty ? quietRounds + 1 : 0
        // A stream that was open while the engine did not answer may be one that nobody writes to any more.
        let isBack = failures > 0
        if isBack, !followers.isEmpty { listen() }
        failures = 0
        failingSince = nil
        seen = now
        let time = Int(EngineTime.now().milliseconds)
        for key in followers.keys {
            guard let follower = followers[key], number >= follower.from else { continue }
            if follower.isOpened, !isBack {
                for (service, text) in changes {
                    follower.continuation.yield(ClusterEvent(service: service, kind: .changed, text: text, time: time))
                }
            } else {
                followers[key]?.isOpened = true
                let text = follower.isOpened ? "the swarm answers again" : "a swarm"
                follower.continuation.yield(ClusterEvent(kind: .opened, text: text, time: time))
            }
        }
        for key in watches.keys {
            guard let watch = watches[key], number >= watch.from else { continue }
            var state = now.services[watch.service]?.observed
            state?.edits = definitions[watch.service]?.edits(answers, watch.service) ?? []
            if let told = watch.told, told == state { continue }
            watches[key]?.told = .some(state)
            watch.continuation.yield(state)
        }
    }

    /// Those who follow wait for the engine as long as it takes; who watches a service has to be told one day.
    private func failed(_ error: EngineError, _ began: ContinuousClock.Instant) {
        failures += 1
        let since = failingSince ?? began
        failingSince = since
        let failure = error.driverError
        let isPassing = error != .closed && (failure.code == .transient || failure.code == .unreachable)
        if !isPassing || failures >= limits.patience || ContinuousClock.now - since >= limits.silence {
            for watch in watches.values { watch.continuation.finish(throwing: failure) }
            watches = [:]
        }
        // While an engine starts it says of itself that it is no manager.
        if error == .closed || !isPassing && failures >= limits.patience {
            for follower in followers.values { follower.continuation.finish(throwing: failure) }
            followers = [:]
            following?.cancel()
            following = nil
        }
        if watches.isEmpty, followers.isEmpty { rest() }
    }

    private func key() -> Int {
        nextKey += 1
        return nextKey
    }
}
