import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

/// What a holder of the state's lock sends who has lost it.
@Suite("Operations of an earlier holder of the lock", .serialized)
struct EpochTests {
    private static let volume = ResourceAddress(.volume, "data")

    /// Creates a volume of a name for a holder.
    private static func create(_ project: LocalProject, _ name: String, _ epoch: RunEpoch) async throws {
        let labels = OwnershipLabels(
            project: "test",
            address: volume,
            fingerprint: LocalProject.template("f"),
            operation: name
        )
        let resource = Resource(address: volume, spec: .volume(VolumeSpec()))
        let action = OperationAction.createObject(resource, name: name)
        _ = try await project.driver.perform(Operation(id: name, labels: labels, action: action, epoch: epoch))
    }

    private static func isRefused(_ project: LocalProject, _ epoch: RunEpoch) async -> Bool {
        do {
            try await create(project, "late", epoch)
            return false
        } catch let error as DriverError {
            return error.code == .conflict && error.message.contains("another run has taken the lock")
        } catch {
            return false
        }
    }

    private static func expectRefusal(
        _ project: LocalProject,
        _ announcement: EpochAnnouncement,
        _ words: String
    ) async {
        let error = await #expect(throws: DriverError.self) { try await project.driver.announce(announcement) }
        #expect(error?.code == .conflict && error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test("are refused, by the next agent too; a state that was made anew has epochs of its own")
    func refused() async throws {
        try await LocalProject.with { project in
            func epoch(_ number: Int, _ lineage: String = "one") -> RunEpoch {
                RunEpoch(lineage: lineage, number: number, holder: "holder \(number)")
            }
            try await Self.create(project, "first", epoch(3))
            try await project.driver.announce(EpochAnnouncement(epoch(5), past: epoch(3)))
            #expect(await Self.isRefused(project, epoch(3)))
            // A holder that woke up: its state knows who came after it.
            await Self.expectRefusal(project, EpochAnnouncement(epoch(4), past: epoch(5)), "another run has taken")
            // An old copy of the state, before its numbers have caught up and after.
            for number in 4...7 {
                let own = RunEpoch(lineage: "one", number: number, holder: "other \(number)")
                let past = number < 5 ? nil : RunEpoch(lineage: "one", number: 5, holder: "other 5")
                await Self.expectRefusal(project, EpochAnnouncement(own, past: past), "old copy")
            }
            #expect(try await project.driver.lastHolder() == epoch(5))
            let agent = try #require(project.agentProcess())
            kill(pid_t(agent), SIGKILL)
            await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }
            #expect(await Self.isRefused(project, epoch(4)))
            try await Self.create(project, "second", epoch(5))
            #expect(await Self.isRefused(project, epoch(9, "two")))
            try await project.driver.announce(EpochAnnouncement(epoch(1, "two")))
            // The state that it took the place of does not come back.
            await Self.expectRefusal(project, EpochAnnouncement(epoch(6), past: epoch(5)), "another state has taken")
            #expect(await Self.isRefused(project, epoch(5)))
            try await Self.create(project, "third", epoch(1, "two"))
            let names = try await project.driver.inventory(ports: []).objects.map(\.name).sorted()
            #expect(names == ["first", "second", "third"])
        }
    }

    @Test("of no state or no holder are refused, and what is remembered stays")
    func nameless() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 100"))
            try await project.driver.announce(EpochAnnouncement(RunEpoch(lineage: "one", number: 5, holder: "a")))
            for epoch in [
                RunEpoch(), RunEpoch(lineage: "two", number: 6, holder: ""),
                RunEpoch(lineage: "", number: 6, holder: "b"),
            ] {
                let error = await #expect(throws: DriverError.self) {
                    try await project.driver.announce(EpochAnnouncement(epoch))
                }
                #expect(error?.code == .invalid)
            }
            await #expect(throws: DriverError.self) {
                try await project.driver.announce(EpochAnnouncement(RunEpoch(lineage: "one", number: 4, holder: "c")))
            }
        }
    }

    @Test("that are under way are waited for, so that the inventory which follows has them")
    func underWay() async throws {
        try await LocalProject.with { project in
            try await project.define(
                "web",
                shell("trap '' TERM; while :; do sleep 0.1; done") { $0.stopGracePeriod = .milliseconds(1500) }
            )
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            let labels = OwnershipLabels(
                project: "test",
                address: ResourceAddress(.service, "web"),
                fingerprint: LocalProject.template("f"),
                operation: "stop"
            )
            let stop = Operation(
                id: "stop",
                labels: labels,
                action: .stopInstance(service: "web", id: id),
                epoch: RunEpoch(lineage: "one", number: 1, holder: "a")
            )
            async let stopped = project.driver.perform(stop)
            try await project.wait("web", id) { $0.phase == .stopping }
            let past = RunEpoch(lineage: "one", number: 1, holder: "a")
            let next = RunEpoch(lineage: "one", number: 2, holder: "b")
            try await project.driver.announce(EpochAnnouncement(next, past: past))
            #expect(try await project.instance("web", id) == nil)
            _ = try await stopped
        }
    }
}
