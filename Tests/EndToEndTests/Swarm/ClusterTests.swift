import Foundation
import Testing

/// The built binary on a real swarm of three nodes: a manager and two workers.
@Suite("A swarm of several nodes", .serialized, SwarmEngine.isWanted)
struct ClusterTests {
    private static let manifests = """
        apiVersion: orchplan/v1
        kind: Network
        metadata: {name: front}

        """
        + SwarmEngine.service("everywhere", "mode: global", "placement: {constraints: [node.role == worker]}")
        + SwarmEngine.service(
            "web",
            "replicas: 4",
            "placement: {constraints: [node.role == worker]}",
            "update: {batch: 2, monitor: 500ms, onFailure: rollback}"
        )
        + SwarmEngine.service(
            "far",
            "networks: [front]",
            "endpointMode: dnsrr",
            "placement: {constraints: [node.hostname == n3]}"
        )
        + SwarmEngine.service(
            "near",
            "networks: [front]",
            "endpointMode: dnsrr",
            "placement: {constraints: [node.hostname == n2]}",
            "command: [sh, -c, 'while :; do wget -q -O - http://far/; sleep 1; done']"
        )

    @Test("workloads keep to the workers, reach each other over nodes, and outlive a node", .timeLimit(.minutes(5)))
    func nodes() throws {
        let swarm = try PrivateSwarm.start(nodes: 3)
        defer { swarm.stop() }
        let project = try Project([
            "orchplan.yaml": "project: nodes\ndriver: swarm\n", "manifests/all.yaml": Self.manifests,
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(swarm.engine.socket)"
        try Project.with(project) { project in
            let applied = try project.orchplan("apply", "--yes")
            try #require(applied.status == 0, "\(applied.all)")
            #expect(try places("everywhere", swarm) == ["n2", "n3"])
            #expect(Set(try places("web", swarm)) == ["n2", "n3"])
            try eventually("one node's instance reaches the other's", within: .seconds(30)) {
                try project.orchplan("logs", "near", "--tail", "5").out.contains("orchplan-test version 1")
            }
            let status = try project.orchplan("status")
            #expect(["n1", "n2", "n3"].allSatisfy { status.out.contains($0) }, "\(status.all)")

            try powerCut(project, swarm)
            try drained(project, swarm)
            try failingVersion(project, swarm)

            let gone = try project.orchplan("destroy", "--yes")
            #expect(gone.status == 0, "\(gone.all)")
            #expect(try swarm.engine.everything(of: "nodes") == [])
        }
    }

    /// A node without power is told of, its instances come up elsewhere, and what must run there is waited for.
    private func powerCut(_ project: Project, _ swarm: PrivateSwarm) throws {
        try swarm.run("kill", "n3")
        try eventually("all of web runs on the node that is left", within: .seconds(60)) {
            try places("web", swarm) == ["n2", "n2", "n2", "n2"]
        }
        let told = try project.orchplan("status", "--exit-code")
        #expect(told.status == 2 && told.out.contains("down"), "\(told.all)")
        #expect(told.out.contains("n3"), "\(told.all)")
        try swarm.run("boot", "n3")
        try eventually("the node is back with what belongs there", within: .seconds(60)) {
            try places("everywhere", swarm) == ["n2", "n3"] && (try places("far", swarm)) == ["n3"]
        }
    }

    /// A drained node gets nothing, and no plan wants to change that.
    private func drained(_ project: Project, _ swarm: PrivateSwarm) throws {
        try swarm.engine.docker("node", "update", "--availability", "drain", "n2")
        try eventually("the drained node is left", within: .seconds(60)) {
            try places("web", swarm) == ["n3", "n3", "n3", "n3"] && (try places("everywhere", swarm)) == ["n3"]
        }
        try swarm.engine.docker("node", "update", "--availability", "active", "n2")
        try eventually("the node is used again", within: .seconds(60)) {
            try places("everywhere", swarm) == ["n2", "n3"] && (try places("near", swarm)) == ["n2"]
        }
        let plan = try project.orchplan("plan", "--detailed-exitcode")
        #expect(plan.status == 0, "\(plan.all)")
    }

    /// The engine goes back by itself, and the exit status says so.
    private func failingVersion(_ project: Project, _ swarm: PrivateSwarm) throws {
        let text = Self.manifests.replacingOccurrences(
            of: "image: orchplan/test:1\n  stopGracePeriod: 1s\n  replicas: 4",
            with: "image: orchplan/test:bad\n  stopGracePeriod: 1s\n  replicas: 4"
        )
        try project.write("manifests/all.yaml", text)
        let rolled = try project.orchplan("apply", "--yes")
        #expect(rolled.status == 5, "\(rolled.all)")
        try eventually("the old version is whole again", within: .seconds(60)) { try places("web", swarm).count == 4 }
        try project.write("manifests/all.yaml", Self.manifests)
    }

    /// The nodes on which instances of a service run, in order.
    private func places(_ service: String, _ swarm: PrivateSwarm) throws -> [String] {
        try swarm.engine
            .docker(
                "service",
                "ps",
                "--filter",
                "desired-state=running",
                "--format",
                "{{.Node}} {{.CurrentState}}",
                "nodes_\(service)"
            )
            .split(separator: "\n").filter { $0.contains(" Running ") }.map { String($0.prefix { $0 != " " }) }.sorted()
    }
}

/// A swarm of several nodes, in namespaces of its own; it ends with the test or the run.
struct PrivateSwarm: Sendable {
    let directory: String
    let engine: SwarmEngine

    /// - Parameter name: Tells several swarms of one run apart.
    static func start(nodes: Int, name: String = "") throws -> PrivateSwarm {
        let owner = getpid()
        let directory = "/tmp/oes-\(owner)\(name)"
        let result = try SwarmEngine.run([script, "start", directory, "\(nodes)", "--owner", "\(owner)"])
        let line = result.out.split(separator: "\n").first { $0.hasPrefix("SWARM_SOCKET=") }
        guard let line else { throw TestFailure("no swarm: \(result.out) \(result.err)") }
        return PrivateSwarm(
            directory: directory,
            engine: SwarmEngine(socket: String(line.dropFirst("SWARM_SOCKET=".count)))
        )
    }

    func run(_ command: String, _ node: String) throws {
        let result = try SwarmEngine.run([Self.script, command, directory, node])
        guard result.status == 0 else { throw TestFailure("\(command) \(node): \(result.err)") }
    }

    /// One of the nodes' engines.
    func node(_ node: String) -> SwarmEngine { SwarmEngine(socket: "\(directory)/\(node)/d.sock") }

    func stop() { _ = try? SwarmEngine.run([Self.script, "stop", directory]) }

    private static let script = Repository.root.appendingPathComponent("Tests/Scripts/swarm.sh").path
}
