import Drivers
import OrchplanTestSupport
import Testing

@testable import SwarmDriver

@Suite("The driver of a swarm and the contract of drivers", PrivateEngine.isWanted, .timeLimit(.minutes(6)))
struct ConformanceTests {
    @Test("it keeps every rule on a real engine")
    func conforms() async throws {
        let engine = try await PrivateEngine.started()
        try await engine.tag("orchplan/test:1", as: "busybox:1.37")
        let violations = try await DriverConformance.run(patience: .seconds(60)) { _ in
            let driver = engine.driver(project: "conformance")
            return DriverConformance.Subject(driver: driver, cleanUp: { await driver.client.close() })
        }
        for violation in violations { Issue.record("\(violation)") }
    }
}
