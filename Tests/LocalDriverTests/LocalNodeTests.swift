import Drivers
import Glibc
import LocalDriver
import ResourceModel
import Testing

@Suite("The local driver's one node", .serialized)
struct LocalNodeTests {
    @Test("is this machine, under the name, role and labels that the project gives it")
    func describedByTheProject() async throws {
        try await LocalProject.with { project in
            let driver = LocalDriver(
                projectDirectory: project.directory,
                executable: try LocalProject.executable(),
                node: LocalNode(name: "edge-1", role: .manager, labels: ["zone": "a"])
            )
            try await project.define("web", shell("exec sleep 100"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }

            let inventory = try await driver.inventory(ports: [])
            let node = try #require(inventory.nodes.first)
            #expect(inventory.nodes.count == 1)
            #expect(node.hostname == "edge-1")
            #expect(node.role == .manager)
            #expect(node.labels == ["zone": "a"])
            #expect(node.platform?.system == "linux")
            #expect(node.cpus == CPUCount(nanoCPUs: Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN))) * 1_000_000_000))
            #expect(node.memory.bytes > 0)
            #expect(inventory.services.flatMap(\.instances).map(\.node) == ["edge-1"])
            #expect(try await driver.observe(service: "web")?.instances.map(\.node) == ["edge-1"])
            for try await service in driver.watch(service: "web") {
                #expect(service?.instances.map(\.node) == ["edge-1"])
                break
            }

            // Without a word of the project it is a worker under the machine's own name.
            let plain = try #require(try await project.driver.inventory(ports: []).nodes.first)
            #expect(plain.role == .worker)
            #expect(plain.hostname != "edge-1")
            #expect(plain.labels == [:])
        }
    }
}
