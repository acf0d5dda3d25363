import ResourceModel
import StateStores

/// What every state store must do, as cases that a test runs against fresh stores.
///
/// A case throws `ConformanceFailure` with the line of the expectation that did not hold. A new store is finished when
/// it passes all of them.
package enum StateStoreConformance {
    /// Makes a fresh, empty store of the project `demo` that judges holders and stamps heartbeats as it is told.
    package typealias Maker =
        @Sendable (
            _ liveness: @escaping HolderLiveness,
            _ clock: @escaping @Sendable () -> Timestamp
        ) async throws -> any StateStore

    /// One expectation of the contract.
    package struct Case: Sendable, CustomStringConvertible {
        package var description: String
        var body: @Sendable (Maker) async throws -> Void

        /// Runs the case.
        package func run(_ make: @escaping Maker) async throws {
            try await body(make)
        }
    }

    /// All of them.
    package static let cases: [Case] = locking + recording + history
}

/// An expectation that did not hold.
package struct ConformanceFailure: Error, CustomStringConvertible {
    package var description: String
}

/// Throws when `condition` is false.
func require(_ condition: Bool, _ what: String, line: Int = #line) throws {
    if !condition { throw ConformanceFailure(description: "\(what) (line \(line))") }
}

/// Throws unless `body` throws exactly `expected`.
func requireError(
    _ expected: StateStoreError,
    line: Int = #line,
    _ body: () async throws -> Void
) async throws {
    do {
        try await body()
    } catch let error as StateStoreError {
        return try require(error == expected, "threw \(error), expected \(expected)", line: line)
    }
    throw ConformanceFailure(description: "threw nothing, expected \(expected) (line \(line))")
}

// MARK: - Values for the cases

extension StateStoreConformance {
    static func make(_ maker: Maker, dead pids: Set<Int> = [], now: Int64 = 0) async throws -> any StateStore {
        try await maker({ pids.contains($0.request.pid) ? .dead : .alive }, { Timestamp(milliseconds: now) })
    }

    package static func request(_ id: String, pid: Int = 1, now: Int64 = 1000) -> LockRequest {
        LockRequest(
            id: id,
            holder: "ann@host",
            host: "host",
            pid: pid,
            bootID: "boot",
            startTicks: .max,
            operation: "apply",
            now: Timestamp(milliseconds: now)
        )
    }

    package static func resource(_ address: ResourceAddress, spec: String = "{}") -> RecordedResource {
        RecordedResource(
            address: address,
            resource: CanonicalText(text: spec),
            fingerprint: Fingerprint(text: String(repeating: "a", count: 64)),
            objectName: "demo-\(address.name)"
        )
    }

    package static func operation(_ id: String, _ outcome: OperationOutcome = .intent) -> OperationRecord {
        OperationRecord(
            id: id,
            plan: "plan",
            address: ResourceAddress(.service, "web"),
            action: "start instance web.1",
            outcome: outcome,
            startedAt: Timestamp(milliseconds: 5),
            finishedAt: outcome == .intent ? nil : Timestamp(milliseconds: 6),
            error: outcome == .failed ? "it broke" : nil
        )
    }

    package static func revision(plan: String, desired: [String] = []) -> Revision {
        Revision(
            number: 0,
            startedAt: Timestamp(milliseconds: 7),
            author: "ann@host",
            summary: "1 added",
            plan: plan,
            desired: desired.map(CanonicalText.init(text:))
        )
    }
}
