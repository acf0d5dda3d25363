import Drivers
import ResourceModel
import Synchronization
import Testing

@testable import SwarmDriver

/// What cannot be removed because somebody has it: who will not let go is named at once, who is about to is waited for.
@Suite("Objects in use", .timeLimit(.minutes(1)))
struct HoldersTests {
    private static let labels =
        #""Labels":{"orchplan.project":"shop","orchplan.address":"KIND/data","orchplan.name":"data"}"#
    private static let network =
        #"{"Id":"n1","Name":"shop_data",\#(labels.replacing("KIND", with: "network"))}"#
    private static let volume =
        #"{"Name":"shop_data","Mountpoint":"/m",\#(labels.replacing("KIND", with: "volume"))}"#
    private static let held = FakeEngine.Answer.json(409, #"{"message":"volume is in use - [c1]"}"#)

    private static func container(_ name: String, service: String? = nil, state: String = "running") -> String {
        let labels = service.map { #""com.docker.swarm.service.id":"\#($0)""# } ?? ""
        return #"{"Id":"\#(name)0000","Names":["/\#(name)"],"State":"\#(state)","Labels":{\#(labels)}}"#
    }

    private func refusal(_ kind: ResourceKind, _ swarm: FakeSwarm) async -> (DriverError?, Duration) {
        let began = ContinuousClock.now
        do throws(DriverError) {
            _ = try await swarm.driver.remove(ResourceAddress(kind, "data"), name: "data")
            return (nil, ContinuousClock.now - began)
        } catch {
            return (error, ContinuousClock.now - began)
        }
    }

    @Test(
        "strangers are named within seconds",
        arguments: [
            ([container("box")], [], "volume/data is in use by the container box"),
            (
                [], [FakeSwarm.service("s9", "blog_web", project: nil, mounts: "shop_data")],
                "volume/data is in use by the service blog_web, which is not this project's"
            ),
            (
                [container("web.1.x", service: "s1", state: "exited")], [FakeSwarm.service("s1", "shop_web")],
                "volume/data is in use by the stopped instance web.1.x, which the engine keeps"
            ),
        ] as [([String], [String], String)]
    )
    func strangers(containers: [String], services: [String], message: String) async throws {
        let lists = ["volumes": [Self.volume], "services": services, "containers/json": containers]
        try await FakeSwarm.with(lists) { method, _ in
            method == .DELETE ? Self.held : nil
        } _: { swarm in
            let (error, time) = await refusal(.volume, swarm)
            #expect(error?.code == .inUse && error?.message == message, "\(String(describing: error))")
            #expect(error?.help?.contains("remove what uses it") == true)
            // Whoever is not known is waited for: 30 s.
            #expect(time < .seconds(20))
        }
    }

    @Test("a container on another node, which has a network by a task of no service")
    func elsewhere() async throws {
        let task =
            #"{"ID":"t1","NodeID":"n2","Status":{"State":"running"},"Spec":{"NetworkAttachmentSpec":{"ContainerID":"c0ffee"}}}"#
        let refusal = #"{"message":"rpc error: code = FailedPrecondition desc = network n1 is in use by task t1"}"#
        try await FakeSwarm.with(["networks": [Self.network]]) { method, path in
            if method == .DELETE { return .json(400, refusal) }
            return path == "tasks/t1" ? .json(200, task) : nil
        } _: { swarm in
            let (error, _) = await self.refusal(.network, swarm)
            #expect(error?.message == "network/data is in use by a container (c0ffee) on n2 that no service made")
        }
    }

    @Test("instances that were stopped a moment ago are waited for, and then it goes")
    func leaving() async throws {
        let tries = Mutex(0)
        let lists = ["volumes": [Self.volume], "containers/json": [Self.container("web.1.x", service: "gone")]]
        try await FakeSwarm.with(lists) { method, _ in
            guard method == .DELETE else { return nil }
            return tries.withLock { tries in
                tries += 1
                return tries < 4 ? Self.held : nil
            }
        } _: { swarm in
            let (error, _) = await refusal(.volume, swarm)
            #expect(error == nil && tries.withLock { $0 } == 4)
        }
    }

    @Test("a volume and a network of one name are told apart")
    func names() throws {
        let service = try CanonicalReader.parse(
            Array(FakeSwarm.service("s1", "blog_web", project: nil, mounts: "shop_data").utf8)
        )
        func holders(_ kind: ResourceKind) -> [String] {
            ObjectHolders(kind, ["shop_data"], services: [service], containers: [], project: "shop").staying
        }
        #expect(holders(.volume).count == 1 && holders(.network).isEmpty)
    }
}
