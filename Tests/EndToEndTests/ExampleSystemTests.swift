import Foundation
import Testing

/// The way through the README on the example system: apply, look, edit, roll, break, kill, destroy.
@Suite("The example system runs", .serialized)
struct ExampleSystemTests {
    @Test("apply, change, break, kill and destroy, with the site answering all the time")
    func wholeLife() throws {
        try Project.with(try Project.example()) { project in
            let site = "http://127.0.0.1:\(project.port)/"
            try comesUp(project, site)
            try secondApplyChangesNothing(project)
            try editRollsTwoThenOne(project, site)
            try brokenVersionRollsBack(project, site)
            try agentKilled(project, site)
            try commandLineKilledMidway(project, site)
            try agentKilledMidway(project, site)
            try destroyLeavesNothing(project)
        }
    }

    private func comesUp(_ project: Project, _ site: String) throws {
        let applied = try project.orchplan("apply", "--yes")
        #expect(applied.status == 0, "\(applied.all)")
        #expect(applied.all.contains("Apply complete"))
        try answersFromAllThree(site, version: "1")
    }

    private func answersFromAllThree(_ site: String, version: String) throws {
        var instances: Set<String> = []
        try eventually("three replicas answer with version \(version)") {
            guard let answer = HTTP.get(site), answer.status == 200, answer.body.contains("(version \(version))"),
                let name = answer.body.split(separator: " ").first(where: { $0.hasPrefix("web.") })
            else { return false }
            instances.insert(String(name))
            return instances.count == 3
        }
    }

    private func secondApplyChangesNothing(_ project: Project) throws {
        let again = try project.orchplan("apply", "--yes")
        #expect(again.status == 0)
        #expect(again.all.contains("No changes."), "\(again.all)")
        #expect(try project.orchplan("diff", "manifests").status == 0)
    }

    private func editRollsTwoThenOne(_ project: Project, _ site: String) throws {
        try project.edit("manifests/web.yaml", "VERSION: '1'", "VERSION: \"2\"")
        let diff = try project.orchplan("diff", "manifests")
        #expect(diff.status == 1)
        #expect(diff.out.contains("environment.VERSION"), "\(diff.out)")
        #expect(diff.out.contains("\"1\" -> \"2\""), "\(diff.out)")

        let load = ConstantLoad(site)
        let applied = try project.orchplan("apply", "--batch", "2", "--yes")
        let served = load.stop()
        #expect(applied.status == 0, "\(applied.all)")
        #expect(applied.all.contains("2 then 1"), "\(applied.all)")
        #expect(served.failures.isEmpty, "\(served.failures)")
        #expect(served.answered > 5)
        try answersFromAllThree(site, version: "2")
    }

    private func brokenVersionRollsBack(_ project: Project, _ site: String) throws {
        try project.edit("manifests/web.yaml", "VERSION: \"2\"", "VERSION: \"3\"\n    BROKEN: \"1\"")
        let load = ConstantLoad(site)
        let applied = try project.orchplan("apply", "--yes")
        let served = load.stop()
        #expect(applied.status == 5, "\(applied.all)")
        #expect(served.failures.isEmpty, "\(served.failures)")
        #expect(served.bodies.allSatisfy { $0.contains("(version 2)") })
        try project.edit("manifests/web.yaml", "VERSION: \"3\"\n    BROKEN: \"1\"", "VERSION: \"2\"")
        #expect(try project.orchplan("diff", "manifests").status == 0)
    }

    private func agentKilled(_ project: Project, _ site: String) throws {
        let before = try runningInstances(project)
        kill(try project.agentPID(), SIGKILL)
        let applied = try project.orchplan("apply", "--yes")
        #expect(applied.status == 0, "\(applied.all)")
        #expect(try runningInstances(project) == before, "a new agent adopts every instance and doubles none")
        try answersFromAllThree(site, version: "2")
    }

    private func commandLineKilledMidway(_ project: Project, _ site: String) throws {
        try project.edit("manifests/web.yaml", "VERSION: \"2\"", "VERSION: \"4\"")
        let run = try project.orchplan.start(["apply", "--yes", "--batch", "1"])
        try eventually("the rollout is under way") { run.soFar.contains("service/web") && run.soFar.contains("1/3") }
        run.send(SIGKILL)
        _ = try run.wait()
        let applied = try project.orchplan("apply", "--yes")
        #expect(applied.status == 0, "\(applied.all)")
        try answersFromAllThree(site, version: "4")
        #expect(try runningInstances(project).filter { $0.hasPrefix("web.") }.count == 3)
        #expect(try project.orchplan("diff", "manifests").status == 0)
    }

    private func agentKilledMidway(_ project: Project, _ site: String) throws {
        try project.edit("manifests/web.yaml", "VERSION: \"4\"", "VERSION: \"5\"")
        let run = try project.orchplan.start(["apply", "--yes", "--batch", "1"])
        try eventually("the rollout is under way") { run.soFar.contains("1/3") }
        kill(try project.agentPID(), SIGKILL)
        _ = try run.wait()
        let applied = try project.orchplan("apply", "--yes")
        #expect(applied.status == 0, "\(applied.all)")
        try answersFromAllThree(site, version: "5")
        #expect(try runningInstances(project).filter { $0.hasPrefix("web.") }.count == 3)
        #expect(try project.orchplan("diff", "manifests").status == 0)
    }

    private func destroyLeavesNothing(_ project: Project) throws {
        let destroyed = try project.orchplan("destroy", "--yes", "--delete-volumes")
        #expect(destroyed.status == 0, "\(destroyed.all)")
        try eventually("no process is left") { project.processes().isEmpty }
        let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        #expect(!mounts.contains(project.directory.lastPathComponent))
        let sockets = try String(contentsOfFile: "/proc/net/unix", encoding: .utf8)
        #expect(!sockets.contains(project.directory.lastPathComponent))
    }

    /// The ids of all running instances, as `status` tells them.
    private func runningInstances(_ project: Project) throws -> [String] {
        let status = try project.orchplan("status", "--format", "json")
        guard let document = try JSONSerialization.jsonObject(with: Data(status.out.utf8)) as? [String: Any],
            let services = document["services"] as? [[String: Any]]
        else { throw TestFailure("unreadable status: \(status.all)") }
        return
            services.flatMap { service in
                (service["instances"] as? [[String: Any]] ?? []).filter { $0["phase"] as? String == "running" }
                    .compactMap { $0["id"] as? String }
            }
            .sorted()
    }
}
