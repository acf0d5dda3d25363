import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("Status")
struct StatusViewTests {
    @Test("the table, what is wrong below it, and the sum at the end")
    func table() {
        let report = StatusReport(SampleStatus.troubled)
        #expect(report.services.map(\.health) == [.degraded, .down, .completed, .unrecorded, .healthy, .missing])
        expectGolden("status") { StatusView(report).lines($0) }
        expectGolden("status-instances") { StatusView(report, showsInstances: true).lines($0) }
        expectGolden("status-well") { StatusView(StatusReport(SampleStatus.well)).lines($0) }
        expectGolden("status-interrupted") { StatusView(StatusReport(SampleStatus.interrupted)).lines($0) }
        expectGolden("status-interrupted-well") { StatusView(StatusReport(SampleStatus.diedAtTheEnd)).lines($0) }
        expectGolden("status-old-copy") { StatusView(StatusReport(SampleStatus.oldCopy)).lines($0) }
        expectGolden("status-rollout") { StatusView(StatusReport(SampleStatus.rollingOut)).lines($0) }
    }

    @Test("the nodes of a cluster; of many only those that take nothing new; and what was edited by hand")
    func nodes() {
        var input = SampleStatus.well
        input.inventory.nodes = (1...3)
            .map {
                Node(
                    id: "n\($0)",
                    hostname: "n\($0)",
                    role: $0 == 1 ? .manager : .worker,
                    cpus: CPUCount(nanoCPUs: 0),
                    memory: ByteCount(bytes: 0)
                )
            }
        input.inventory.nodes[1].labels = ["zone": "a", "disk": "ssd\u{1B}[31m"]
        input.inventory.nodes[2].isReady = false
        input.inventory.nodes[2].condition = "down: heartbeat failure"
        let web = input.inventory.services.firstIndex { $0.address.name == "web" } ?? 0
        input.inventory.services[web].edits = [
            LiveEdit(path: "image", applied: .string("a:1"), live: .string("a:2")),
            LiveEdit(path: "environment.MODE", applied: nil, live: .string("x")),
        ]
        expectGolden("status-nodes") { StatusView(StatusReport(input)).lines($0) }
        input.inventory.nodes += (4...20)
            .map {
                Node(
                    id: "n\($0)",
                    hostname: "n\($0)",
                    role: .worker,
                    cpus: CPUCount(nanoCPUs: 0),
                    memory: ByteCount(bytes: 0)
                )
            }
        let text = StatusView(StatusReport(input)).lines(ViewFormat(width: 100)).map(\.plain).joined(separator: "\n")
        #expect(text.contains("heartbeat failure") && text.contains("19 nodes more, all ready"), "\(text)")
    }

    @Test("the only node of a cluster, what carries copies of labels, and no word of all being well beside drift")
    func remarks() {
        var input = SampleStatus.well
        func text() -> String {
            StatusView(StatusReport(input)).lines(ViewFormat(width: 160)).map(\.plain).joined(separator: "\n")
        }
        #expect(text().contains("All well: 2 services.") && !text().contains("NODE"))
        input.inventory.nodes = [
            Node(id: "n1", hostname: "lonely", cpus: CPUCount(nanoCPUs: 0), memory: ByteCount(bytes: 0))
        ]
        #expect(!text().contains("lonely"), "this machine alone is nothing to tell of")
        input.isCluster = true
        input.inventory.copies = [LabelCopy(address: ResourceAddress(.service, "web"), name: "stranger")]
        #expect(text().contains("lonely"))
        #expect(text().contains("Not ours, with our labels: service stranger (labels of service/web)"))
        #expect(StatusJSON(StatusReport(input)).text().contains(#""name":"stranger""#))
        input.inventory.services[0].edits = [LiveEdit(path: "engine.Mode.X.Most", applied: nil, live: .string("2"))]
        #expect(!text().contains("All well") && text().contains("2 services up, 1 resource is not as recorded."))
        #expect(text().contains("was edited in the cluster (the engine's Most)"))
    }

    @Test("a service by name, with all that is known of it")
    func details() {
        let report = StatusReport(SampleStatus.troubled)
        expectGolden("status-web") { StatusView(report.only(["web"]), showsDetails: true).lines($0) }
        expectGolden("status-db") { StatusView(report.only(["db", "worker"]), showsDetails: true).lines($0) }
        expectGolden("status-web-rollout") {
            StatusView(StatusReport(SampleStatus.rollingOut).only(["web"]), showsDetails: true).lines($0)
        }
    }

    @Test("a rollout counts what is healthy of the new, and what is wanted: not what crashes, nor what is to go")
    func progress() {
        var input = SampleStatus.interrupted
        func text() -> String { StatusView(StatusReport(input)).lines(ViewFormat(width: 160)).map(\.plain).joined() }
        #expect(text().contains("2 of 4 updated"))
        let current = input.inventory.services[4].template
        var extra = input.inventory.services[4].instances[0]
        for index in input.inventory.services[4].instances.indices
        where input.inventory.services[4].instances[index].template == current {
            input.inventory.services[4].instances[index].template = SamplePlan.fingerprint("f")
        }
        (extra.id, extra.template, extra.phase, extra.isHealthy) = ("web.1.cafe", current, .backoff, false)
        input.inventory.services[4].instances.append(extra)
        #expect(text().contains("0 of 4 updated"), "\(text())")
    }

    @Test("at any width nothing is wider than the window, and neither trouble nor a published port is left out")
    func widths() {
        let report = StatusReport(SampleStatus.rollingOut)
        for width in 40...210 {
            let lines = StatusView(report).lines(ViewFormat(width: width))
            for line in lines { #expect(line.width <= width, "\(width): \(line.plain)") }
            let text = lines.map(\.plain).joined(separator: " ")
            #expect(text.contains("127.0.0.1:80") && text.contains("2 of 4 updated"), "\(width)")
            #expect(text.contains("crash loop: exit status 1") && text.contains("503"), "\(width)")
        }
    }

    @Test("a crash loop is one between two crashes, too, and none once it has stayed up")
    func crashLoops() {
        func trouble(
            _ restarts: Int,
            _ phase: InstancePhase,
            up seconds: Int,
            _ exit: ResourceModel.ExitStatus? = .signal(11)
        )
            -> String?
        {
            let instance = ObservedInstance(
                id: "a.1.x",
                slot: 1,
                node: "n",
                template: SamplePlan.fingerprint("e"),
                phase: phase,
                isHealthy: phase == .running,
                restarts: restarts,
                exitStatus: exit
            )
            var facts = InstanceFacts(id: "a.1.x")
            facts.startedAt = Int(SampleStatus.now.milliseconds) - seconds * 1000
            facts.startsAgainAt = Int(SampleStatus.now.milliseconds) + 500
            return InstanceTrouble(instance, facts, now: SampleStatus.now)?.text
        }
        #expect(trouble(1, .backoff, up: 1) == "ended: SIGSEGV, restarts in 1s")
        #expect(trouble(2, .backoff, up: 1) == "crash loop: SIGSEGV, restarts in 1s, 2 restarts")
        #expect(trouble(2, .running, up: 3) == "crash loop: SIGSEGV, up again for 3s, 2 restarts")
        #expect(trouble(1, .running, up: 3) == nil)
        #expect(trouble(14, .running, up: 61) == nil)
        #expect(trouble(14, .failed, up: 0) == "failed for good: SIGSEGV, 14 restarts")
        #expect(trouble(0, .starting, up: 1, nil) == nil)
    }

    @Test("drift is told while nobody is at work, in one line that names what to run")
    func drift() {
        let report = StatusReport(SampleStatus.troubled)
        let drift = report.drift.map { "\($0.address) \($0.text)" }
        #expect(drift.contains("service/worker is gone") && drift.contains("service/stranger has no record"))
        let last = StatusView(report).lines(ViewFormat()).last?.plain ?? ""
        #expect(last.hasPrefix("Drift: ") && last.hasSuffix("see orchplan plan."))
        #expect(StatusReport(SampleStatus.rollingOut).drift.isEmpty)
        #expect(!report.isWell && StatusReport(SampleStatus.well).isWell)

        var input = SampleStatus.well
        input.inventory.services[1].desiredReplicas = 3
        #expect(StatusReport(input).drift.map(\.text) == ["is to have 3 instances, recorded are 4"])
        input = SampleStatus.well
        input.inventory.services[1].labels.fingerprint = SamplePlan.fingerprint("0")
        #expect(StatusReport(input).drift.map(\.text) == ["is not as recorded"])
        input.inventory.services[1].template = SamplePlan.fingerprint("1")
        #expect(StatusReport(input).drift.map(\.text) == ["stands half done, 0 of 4 instances updated"])
        input.recorded.openOperations = [
            OperationRecord(
                id: "1",
                plan: "",
                address: input.inventory.services[1].address,
                action: "define web",
                startedAt: SampleStatus.now
            )
        ]
        #expect(StatusReport(input).drift.map(\.text) == ["was left half done by an interrupted apply"])
        input.inventory.services = []
        input.recorded.resources = []
        #expect(StatusView(StatusReport(input)).lines(ViewFormat()).first?.plain.contains("orchplan apply") == true)
    }

    @Test("as JSON")
    func json() {
        expectGolden("status.json", StatusJSON(StatusReport(SampleStatus.rollingOut)).text() + "\n")
    }
}
