import Drivers

extension EngineError {
    /// Whether the engine says that there is no such thing.
    var isMissing: Bool {
        if case .answered(_, 404, _) = self { return true }
        return driverError.code == .notFound
    }
}

extension SwarmDriver {
    /// What one look says of what is waited for.
    enum Look: Sendable {
        case holds
        case notYet
        /// Waiting is of no use.
        case never
    }

    /// Looks until something holds; reads that fail for a passing reason are tried again.
    ///
    /// - Parameter look: Looks once; may leave the reason why it does not hold yet, which is thrown when the time is up.
    func wait(
        _ limit: Duration,
        _ what: String,
        _ look: (inout DriverError?) async throws(EngineError) -> Look
    ) async throws(DriverError) {
        let end = ContinuousClock.now + limit
        var pause = Duration.milliseconds(50)
        var last: DriverError?
        while ContinuousClock.now < end {
            do throws(EngineError) {
                var reason: DriverError?
                let seen = try await look(&reason)
                if case .holds = seen { return }
                if let reason { last = reason }
                if case .never = seen { break }
            } catch {
                let failure = error.driverError
                guard failure.code == .transient || failure.code == .unreachable else { throw failure }
                last = failure
            }
            do { try await Task.sleep(for: pause) } catch {
                throw DriverError(.unknownOutcome, "waited for \(what), and was interrupted")
            }
            pause = min(pause * 3 / 2, .milliseconds(500))
        }
        throw last
            ?? DriverError(
                .unknownOutcome,
                "waited for \(what), in vain",
                help: "see that the cluster's nodes are there (docker node ls), then run the same command again"
            )
    }
}
