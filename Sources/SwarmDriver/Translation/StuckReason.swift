import ResourceModel

/// Why a service does not get where it should, with a way out.
package struct StuckReason: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case noSuitableNode
        case unknownConstraint
        case noNodeReady
        case tooManyPerNode
        case tooLittleLeft
        case missingPlugin
        case wrongPlatform
        case imageMissing
        case registryRefuses
        case registryUnreachable
        case portInUse
        case startFirstWithHostPort
        case mountInvalid
        case bindSourceMissing
        case networkBroken
        case programMissing
        case unhealthy
        case crashLoop
        case endsByItself
        case other
    }

    package var kind: Kind
    /// What is the matter: lowercase, no full stop.
    package var message: String
    /// What to do about it.
    package var help: String

    package init(_ kind: Kind, _ message: String, help: String) {
        self.kind = kind
        self.message = message
        self.help = help
    }

    /// Both in one line.
    package var text: String { "\(message); \(help)" }

    /// What keeps the service from running as it is defined; nil: nothing that its tasks tell of.
    ///
    /// Tasks of an older template do not count: what they failed of is past.
    ///
    /// - Parameter now: An instance that has run for less than `settling` after others ended counts as one that will
    ///   end, too; nil: one that runs counts as well.
    package static func of(
        _ service: CanonicalValue,
        tasks: [CanonicalValue],
        nodes: ClusterNodes,
        now: Timestamp? = nil
    ) -> StuckReason? {
        let facts = ServiceFacts(service, nodes: nodes)
        let own = EngineReading.ownTasks(service, tasks)
            .filter { facts.template.isEmpty || $0.template == facts.template }
            .sorted { $0.isNewer(than: $1) }
        for task in own where task.isWanted && !task.state.isEnd && !task.error.isEmpty && task.state <= .preparing {
            if let reason = scheduling(task.error, facts) { return reason }
        }
        let slots = Dictionary(grouping: own) { facts.isGlobal ? $0.node : "\($0.slot)" }
        for (_, tasks) in slots.sorted(by: { $0.key < $1.key }) {
            if let reason = ending(tasks, facts, now) { return reason }
        }
        return nil
    }

    /// How long an instance runs before it no longer counts as one that ends again and again.
    private static let settling: Int64 = 10_000

    /// What the last ends of one slot say, where nothing of it runs.
    private static func ending(_ tasks: [EngineTask], _ facts: ServiceFacts, _ now: Timestamp?) -> StuckReason? {
        let settled = tasks.contains { task in
            guard task.isWanted, task.state == .running else { return false }
            guard let now, let since = task.since else { return true }
            // A node whose clock is ahead of ours would have it start in times to come.
            return !(0..<settling).contains(now.milliseconds - since)
        }
        if settled { return nil }
        let ends = tasks.filter(\.state.isOwnEnd)
        guard let last = ends.first else { return nil }
        let bad = ends.filter { $0.state != .complete }
        if last.state == .complete {
            guard !facts.isJob, facts.restartsAlways, ends.count > 1 else { return nil }
            if facts.hasHealthcheck {
                return StuckReason(
                    .unhealthy,
                    "it ends with exit status 0 again and again: by itself, or because its health check fails",
                    help: "see its logs, and whether `healthcheck` has time enough (`startPeriod`, `retries`)"
                )
            }
            return StuckReason(
                .endsByItself,
                "its command ends by itself with exit status 0, again and again",
                help: "make it a `replicatedJob`, or give it a command that goes on"
            )
        }
        if let reason = failure(last.error, facts) { return reason }
        guard bad.count > 1 else {
            // The first end of several may come: only one for good is told of.
            guard last.desired == .shutdown, !tasks.contains(where: { $0.isWanted && !$0.state.isEnd }) else {
                return nil
            }
            let how = last.exitCode.map { "it ended with exit status \($0)" } ?? last.error
            return StuckReason(.other, "\(how) and is not started again", help: "see its logs, and `restart`")
        }
        let how = last.exitCode.map { "exit status \($0)" } ?? last.error
        return StuckReason(
            .crashLoop,
            "it ended \(bad.count) times, at last with \(how)",
            help: "see its logs for the reason"
        )
    }
}

/// What is looked up in a service's spec to tell why it does not run.
struct ServiceFacts {
    var template = ""
    var isGlobal = false
    var isJob = false
    var restartsAlways = true
    var startsFirst = false
    var hasHealthcheck = false
    var hostPorts: [Int64] = []
    var constraints: [String] = []
    var image = ""
    var maxReplicas: Int64 = 0
    var nodes: [Node]

    init(_ service: CanonicalValue, nodes: ClusterNodes) {
        self.nodes = nodes.nodes
        guard let spec = service["Spec"], let task = spec["TaskTemplate"] else { return }
        template = task.at("ContainerSpec", "Labels")?[OwnershipLabels.templateKey]?.string ?? ""
        let mode = spec["Mode"]
        isGlobal = (mode?.at("Global") ?? mode?.at("GlobalJob")) != nil
        isJob = (mode?.at("ReplicatedJob") ?? mode?.at("GlobalJob")) != nil
        restartsAlways = (task.at("RestartPolicy", "Condition")?.string ?? "any") == "any"
        startsFirst = spec.at("UpdateConfig", "Order")?.string == "start-first"
        let test = task.at("ContainerSpec", "Healthcheck", "Test")?.array?.first?.string
        hasHealthcheck = test != nil && test != "NONE"
        hostPorts = (spec.at("EndpointSpec", "Ports")?.array ?? [])
            .filter { $0["PublishMode"]?.string == "host" }
            .compactMap { $0["PublishedPort"]?.wholeNumber }
        constraints = (task.at("Placement", "Constraints")?.array ?? []).compactMap(\.string)
        image = task.at("ContainerSpec", "Image")?.string ?? ""
        maxReplicas = task.at("Placement", "MaxReplicas")?.wholeNumber ?? 0
    }

    /// The first constraint that asks for what no node has: a mistyped key, label or value is the usual reason.
    var hopelessConstraint: String? {
        constraints.first { text in
            guard let constraint = try? PlacementConstraint(parsing: text) else { return true }
            return !nodes.contains { constraint.allows($0) }
        }
    }
}
