/// A limit in time was reached.
struct DeadlinePassed: Error {}

/// Does `work`, and cancels it once `limit` has passed.
///
/// - Throws: `DeadlinePassed`, or what `work` throws. Returns only after `work` has ended.
func withDeadline<Result: Sendable>(
    _ limit: Duration,
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else { throw DeadlinePassed() }
        return result
    }
}
