import Drivers
import LocalDriver
import OrchplanTestSupport
import Testing

@Suite("The local driver and the contract of drivers")
struct ConformanceTests {
    @Test("it keeps every rule")
    func conforms() async throws {
        let violations = try await DriverConformance.run { _ in
            let project = try LocalProject.make()
            return DriverConformance.Subject(driver: project.driver, cleanUp: { await project.cleanUp() })
        }
        for violation in violations { Issue.record("\(violation)") }
    }
}
