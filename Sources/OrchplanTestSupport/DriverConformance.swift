import Drivers
import ResourceModel

/// The contract of a driver, as checks that every driver passes.
///
/// Each check gets a fresh driver of an empty cluster. Services are real commands (`sleep 1000`), so that a driver that
/// runs processes can be checked as it is; waits are bounded and generous. Run it until nothing is reported.
package struct DriverConformance: Sendable {
    /// A broken rule: which check, and what was seen.
    package struct Violation: Sendable, Hashable, CustomStringConvertible {
        package var check: String
        package var message: String
        package var description: String { "\(check): \(message)" }
    }

    /// A driver and how to clean up behind it.
    package struct Subject: Sendable {
        package var driver: any ClusterDriver
        package var cleanUp: @Sendable () async -> Void

        package init(driver: any ClusterDriver, cleanUp: @escaping @Sendable () async -> Void = {}) {
            self.driver = driver
            self.cleanUp = cleanUp
        }
    }

    typealias Check = @Sendable (inout DriverCheck) async throws -> Void

    /// Runs every check and returns what is broken; empty: the driver conforms.
    ///
    /// - Parameters:
    ///   - time: The clock that the driver lives by.
    ///   - patience: How long the driver may take to get anywhere.
    package static func run(
        time: any TimeSource = SystemTime(),
        patience: Duration = .seconds(30),
        makeDriver: @Sendable (_ check: String) async throws -> Subject
    ) async throws -> [Violation] {
        var violations: [Violation] = []
        for (name, check) in objectChecks + serviceChecks + instanceChecks {
            let subject = try await makeDriver(name)
            var context = DriverCheck(name: name, driver: subject.driver, time: time, patience: patience)
            do {
                try await check(&context)
            } catch {
                context.violate("failed with \(error)")
            }
            await context.removeEverything()
            await subject.cleanUp()
            violations += context.violations.map { Violation(check: name, message: $0) }
        }
        return violations
    }
}
