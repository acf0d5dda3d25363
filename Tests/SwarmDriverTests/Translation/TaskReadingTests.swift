import ResourceModel
import Testing

@testable import SwarmDriver

/// Tasks that are hard to catch on a real engine.
@Suite("tasks become instances")
struct TaskReadingTests {
    private static let nodes = ClusterNodes(
        .array([
            node("N2", "beta", "ready", "active"), node("N1", "alpha", "ready", "drain"),
            node("N3", "gamma", "down", "active", "heartbeat failure"), node("N4", "delta", "ready", "pause"),
            node("N5", "epsilon", "unknown", "active"),
        ])
    )

    private static func node(
        _ id: String,
        _ name: String,
        _ state: String,
        _ availability: String,
        _ message: String = ""
    ) -> CanonicalValue {
        json(
            #"{"ID":"\#(id)","Spec":{"Role":"worker","Availability":"\#(availability)","Labels":{"zone":"a"}},"#
                + #""Description":{"Hostname":"\#(name)"},"Status":{"State":"\#(state)","Message":"\#(message)","Addr":"10.0.0.1"}}"#
        )
    }

    private static func json(_ text: String) -> CanonicalValue {
        (try? CanonicalReader.parse(text.utf8)) ?? .null
    }

    private static func service(_ mode: String, more: String = "") -> CanonicalValue {
        json(
            #"{"ID":"S","Spec":{"Name":"shop_web","Labels":{"orchplan.project":"shop","orchplan.address":"service/web"},"#
                + #""TaskTemplate":{"ContainerSpec":{"Image":"a:1","Labels":{"orchplan.template":"T"}}},"Mode":\#(mode)}\#(more)}"#
        )
    }

    private static func task(
        _ id: String,
        slot: Int = 1,
        node: String = "N2",
        _ desired: String,
        _ state: String,
        at time: Int = 0,
        template: String = "T",
        more: String = ""
    ) -> CanonicalValue {
        json(
            #"{"ID":"\#(id)","ServiceID":"S","Slot":\#(slot),"NodeID":"\#(node)","DesiredState":"\#(desired)","#
                + #""CreatedAt":"2026-01-01T00:00:0\#(time).5Z","Spec":{"ContainerSpec":{"Labels":{"orchplan.template":"\#(template)"}}},"#
                + #""Status":{"State":"\#(state)","Timestamp":"2026-01-01T00:00:0\#(time)Z"}\#(more)}"#
        )
    }

    @Test("who starts again and again after a good end is told of, also while it runs for a moment")
    func endsWell() {
        let tasks = [
            Self.task("a", "shutdown", "complete", at: 1), Self.task("b", "shutdown", "complete", at: 2),
            Self.task("c", "running", "running", at: 3),
        ]
        func trouble(_ seconds: Int64) -> String? {
            let started = EngineTime.milliseconds("2026-01-01T00:00:03Z") ?? 0
            return EngineReading.service(
                Self.service(#"{"Replicated":{"Replicas":1}}"#),
                tasks: tasks,
                nodes: Self.nodes,
                now: Timestamp(milliseconds: started + seconds * 1000)
            )?
            .trouble
        }
        #expect(trouble(5)?.contains("ends by itself") == true)
        #expect(trouble(20) == nil)
        #expect(trouble(-60) == nil, "by a clock that is behind the node's nobody can tell")
    }

    @Test("a place is given up when its last task ended by itself and none is to follow")
    func givenUp() {
        func isGivenUp(_ tasks: [CanonicalValue], replicas: Int = 1) -> Bool {
            EngineReading.hasGivenUp(Self.service(#"{"Replicated":{"Replicas":\#(replicas)}}"#), tasks)
        }
        let failed = Self.task("a", "shutdown", "failed", at: 1)
        #expect(isGivenUp([failed]))
        #expect(isGivenUp([failed, Self.task("b", slot: 2, "running", "running", at: 1)], replicas: 2))
        #expect(isGivenUp([Self.task("a", "shutdown", "complete", at: 1)]))
        #expect(!isGivenUp([failed, Self.task("b", "ready", "ready", at: 2)]), "the next one waits for its time")
        #expect(!isGivenUp([failed, Self.task("b", "shutdown", "shutdown", at: 2)]), "it was told to go")
        #expect(!isGivenUp([failed], replicas: 0), "nobody wants it")
        #expect(!isGivenUp([Self.task("a", "running", "running")]))
        #expect(!isGivenUp([]))
    }

    @Test("what every node publishes is reached at a manager that answers")
    func entrance() {
        func node(_ id: String, _ role: String, _ state: String) -> CanonicalValue {
            Self.json(
                #"{"ID":"\#(id)","Spec":{"Role":"\#(role)"},"Description":{"Hostname":"\#(id)"},"#
                    + #""Status":{"State":"\#(state)","Addr":"\#(id)"}}"#
            )
        }
        let nodes = [node("a", "worker", "ready"), node("b", "manager", "down"), node("c", "manager", "ready")]
        #expect(ClusterNodes(.array(nodes)).entrance == "c")
        #expect(ClusterNodes(.array([])).entrance.isEmpty)
    }

    private func phases(_ tasks: [CanonicalValue], _ mode: String = #"{"Replicated":{"Replicas":2}}"#) -> [String] {
        (EngineReading.service(Self.service(mode), tasks: tasks, nodes: Self.nodes)?.instances ?? [])
            .map { "\($0.slot) \($0.phase) \($0.node)\($0.isHealthy ? " healthy" : "")" }
    }

    @Test("nodes tell why they take no tasks")
    func nodes() {
        let nodes = Self.nodes.nodes
        #expect(nodes.map(\.hostname) == ["alpha", "beta", "delta", "epsilon", "gamma"])
        #expect(nodes.map(\.isReady) == [false, true, false, false, false])
        #expect(nodes.map(\.condition) == ["drained", nil, "paused", "unknown", "down: heartbeat failure"])
        #expect(nodes[1].address == "10.0.0.1")
    }

    @Test("a dead node's tasks do not count, those of one that is only silent do")
    func deadNodes() {
        let tasks = [
            Self.task("a", node: "N3", "shutdown", "running"), Self.task("b", node: "N2", "running", "running", at: 1),
            Self.task("c", slot: 2, node: "N5", "running", "running"),
            Self.task("d", slot: 3, node: "N9", "running", "running"),
        ]
        #expect(phases(tasks) == ["1 running beta healthy", "2 running epsilon healthy"])
    }

    @Test("a job's task that completed is done, although its node has gone down since")
    func doneOnDeadNode() throws {
        let done = Self.task("a", node: "N3", "complete", "complete", more: #","JobIteration":{"Index":0}"#)
        for mode in [#"{"GlobalJob":{}}"#, #"{"ReplicatedJob":{"TotalCompletions":1}}"#] {
            let job = Self.service(mode, more: #","JobStatus":{"JobIteration":{"Index":0}}"#)
            let service = try #require(EngineReading.service(job, tasks: [done], nodes: Self.nodes))
            #expect(service.desiredReplicas == 1 && service.instances.map(\.phase) == [.completed], "\(mode)")
        }
        #expect(phases([Self.task("a", node: "N3", "shutdown", "complete")]).isEmpty, "a service's went elsewhere")
    }

    @Test("while a rollout goes on, the old and the new instance of a slot are both there")
    func rollout() {
        let tasks = [
            Self.task("old", "shutdown", "running", template: "T0"), Self.task("new", "ready", "preparing", at: 1),
            Self.task("ended", slot: 2, "shutdown", "shutdown", template: "T0"),
            Self.task("next", slot: 2, "running", "starting", at: 1),
        ]
        #expect(phases(tasks) == ["1 pending beta", "1 stopping beta", "2 starting beta"])
    }

    @Test("what has ended counts while nothing follows it, and not after it was told to go")
    func ended() {
        #expect(phases([Self.task("a", "shutdown", "failed")]) == ["1 failed beta"])
        #expect(phases([Self.task("a", "shutdown", "complete")]) == ["1 completed beta"])
        // The cluster has not decided yet.
        #expect(phases([Self.task("a", "running", "failed")]) == ["1 backoff beta"])
        #expect(phases([Self.task("a", "shutdown", "shutdown")]).isEmpty)
        #expect(phases([Self.task("a", "remove", "complete")]).isEmpty)
        let loop = [Self.task("a", "shutdown", "rejected"), Self.task("b", "ready", "ready", at: 2)]
        #expect(phases(loop) == ["1 backoff beta"])
    }

    @Test("a global service's slots are the numbers of its nodes")
    func global() {
        let tasks = [
            Self.task("a", slot: 0, "running", "running"), Self.task("b", slot: 0, node: "N4", "running", "running"),
        ]
        #expect(phases(tasks, #"{"Global":{}}"#) == ["2 running beta healthy", "3 running delta healthy"])
    }

    @Test("a job's instances are those of its present run")
    func job() throws {
        let job = Self.service(
            #"{"ReplicatedJob":{"MaxConcurrent":2,"TotalCompletions":2}}"#,
            more: #","JobStatus":{"JobIteration":{"Index":7}}"#
        )
        let tasks = [
            Self.task("a", slot: 0, "complete", "complete", more: #","JobIteration":{}"#),
            Self.task("b", slot: 0, "complete", "complete", more: #","JobIteration":{"Index":7}"#),
            Self.task("c", slot: 1, "complete", "running", more: #","JobIteration":{"Index":7}"#),
        ]
        let service = try #require(EngineReading.service(job, tasks: tasks, nodes: Self.nodes))
        #expect(service.instances.map(\.phase) == [.completed, .running])
        #expect(service.instances.map(\.slot) == [1, 2])
        #expect(service.desiredReplicas == 2)
        let progress = try #require(EngineReading.jobProgress(job, tasks: tasks))
        #expect(progress == (1, 2))
    }

    @Test(
        "the engine's states of an update, with their reasons",
        arguments: [
            ("updating", NativeRolloutState.updating), ("completed", .completed), ("paused", .paused(reason: "r")),
            ("rollback_started", .rollingBack(reason: "r")), ("rollback_completed", .rolledBack(reason: "r")),
            ("rollback_paused", .rollbackPaused(reason: "r")),
        ]
    )
    func updates(_ state: String, _ expected: NativeRolloutState) throws {
        let status = #","UpdateStatus":{"State":"\#(state)","Message":"r"}"#
        let json = Self.service(#"{"Replicated":{"Replicas":2}}"#, more: status)
        #expect(EngineReading.service(json, tasks: [], nodes: Self.nodes)?.rollout == expected)
        let without = Self.service(#"{"Replicated":{"Replicas":2}}"#, more: #","UpdateStatus":null"#)
        #expect(try #require(EngineReading.service(without, tasks: [], nodes: Self.nodes)).rollout == nil)
    }

    @Test("strange times are none, and nothing traps on them")
    func times() {
        for time in [
            "9223372036854775807-01-01T00:00:00Z", "2026-99-01T00:00:00Z", "2026-01-01T99:00:00Z",
            "0001-01-01T00:00:00Z",
        ] {
            let status = #","UpdateStatus":{"State":"rollback_completed","StartedAt":"\#(time)","Message":"back"}"#
            let json = Self.service(#"{"Replicated":{"Replicas":1}}"#, more: status)
            let rollout = EngineReading.service(json, tasks: [Self.task("a", "running", "running")], nodes: Self.nodes)?
                .rollout
            #expect(rollout == .rolledBack(reason: "back"))
        }
    }

    @Test("a rollback that is over still says what it was for")
    func cause() throws {
        let status =
            #","UpdateStatus":{"State":"rollback_completed","StartedAt":"2026-01-01T00:00:02Z","Message":"back"}"#
        let json = Self.service(#"{"Replicated":{"Replicas":1}}"#, more: status)
        var tasks = [
            // One of a failure before this update, the one that failed, its successor that did the same, the present one.
            Self.task("a", "shutdown", "failed", at: 1, template: "older"),
            Self.task("b", "shutdown", "failed", at: 3, template: "new"),
            Self.task("c", "shutdown", "rejected", at: 4, template: "new"),
            Self.task("d", "running", "running", at: 5),
        ]
        for (index, error) in [(0, "old"), (1, "non-zero exit (1)"), (2, "no such image")] {
            tasks[index].change("Status") { $0["Err"] = .string(error) }
        }
        let rollout = try #require(EngineReading.service(json, tasks: tasks.reversed(), nodes: Self.nodes)).rollout
        #expect(rollout == .rolledBack(reason: "back: b failed: non-zero exit (1)"))
        let gone = try #require(EngineReading.service(json, tasks: [tasks[0], tasks[3]], nodes: Self.nodes)).rollout
        #expect(gone == .rolledBack(reason: "back"))
        // The health check failed, and the program took being stopped well.
        let well = Self.task("e", "shutdown", "complete", at: 3, template: "new")
        let sick = try #require(EngineReading.service(json, tasks: [well, tasks[3]], nodes: Self.nodes)).rollout
        #expect(sick == .rolledBack(reason: "back: e failed: it ended with exit status 0"))
    }

    @Test("a new instance that waits for the old one's host port is told how to get it")
    func startFirst() throws {
        let spec =
            #"{"ID":"S","Spec":{"Labels":{},"TaskTemplate":{"ContainerSpec":{"Image":"a"}},"Mode":{"Replicated":{}},"#
            + #""UpdateConfig":{"Order":"start-first"},"EndpointSpec":{"Ports":[{"PublishedPort":80,"PublishMode":"host"}]}}}"#
        var task = Self.task("a", node: "", "running", "pending", template: "")
        task.change("Status") {
            $0["Err"] = .string(
                "no suitable node (host-mode port already in use on 2 nodes; 1 node not available for new tasks)"
            )
        }
        let reason = try #require(StuckReason.of(Self.json(spec), tasks: [task], nodes: Self.nodes))
        #expect(reason.kind == .startFirstWithHostPort)
        #expect(reason.message.contains("host port 80"))
        task.change("Status") { $0["Err"] = .string("no suitable node (3 nodes not available for new tasks)") }
        #expect(StuckReason.of(Self.json(spec), tasks: [task], nodes: Self.nodes)?.kind == .noNodeReady)
    }

    @Test(
        "words of nodes are understood",
        arguments: [
            (
                "pull access denied for x/y, repository does not exist or may require 'docker login'",
                StuckReason.Kind.registryRefuses
            ),
            ("manifest for web:9 not found: manifest unknown: manifest unknown", .imageMissing),
            ("toomanyrequests: You have reached your pull rate limit", .registryRefuses),
            (
                "driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated",
                .portInUse
            ),
            ("invalid mount config for type \"bind\": bind source path does not exist: /x", .bindSourceMissing),
            ("invalid volume mount source, must not be an absolute path: /x", .mountInvalid),
            ("OCI runtime create failed: exec: \"x\": executable file not found in $PATH: unknown", .programMissing),
            ("exec /app: exec format error", .wrongPlatform),
            ("task: non-zero exit (143): dockerexec: unhealthy container", .unhealthy),
            ("node is missing network attachments, ip addresses may be exhausted", .networkBroken),
            ("something that nobody has seen before", .crashLoop),
        ]
    )
    func failures(_ words: String, _ kind: StuckReason.Kind) throws {
        let tasks = (0..<2)
            .map { time in
                var task = Self.task("t\(time)", "shutdown", "failed", at: time)
                task.change("Status") { $0["Err"] = .string(words) }
                return task
            }
        let service = Self.service(#"{"Replicated":{"Replicas":1}}"#)
        let reason = try #require(StuckReason.of(service, tasks: tasks, nodes: Self.nodes))
        #expect(reason.kind == kind)
        #expect(!reason.help.isEmpty)
    }

    @Test("a virtual address is the one on the service's own network")
    func endpoints() throws {
        let json = Self.json(
            #"{"ID":"S","Spec":{"Labels":{"orchplan.project":"shop","orchplan.address":"service/web"},"#
                + #""TaskTemplate":{"Networks":[{"Target":"F"}]}},"Endpoint":{"Ports":[{"Protocol":"tcp","TargetPort":80,"#
                + #""PublishedPort":8080,"PublishMode":"ingress"}],"VirtualIPs":[{"NetworkID":"I","Addr":"10.0.0.9/24"},"#
                + #"{"NetworkID":"F","Addr":"10.0.1.5/24"}]}}"#
        )
        let service = try #require(EngineReading.service(json, tasks: [], nodes: Self.nodes, host: "10.7.7.7"))
        #expect(service.virtualAddress == "10.0.1.5")
        #expect(service.endpoints.map { "\($0.address):\($0.port)" } == ["10.7.7.7:8080", "10.0.1.5:80"])
        #expect(service.endpoints.map(\.isPublished) == [true, false])
    }
}
