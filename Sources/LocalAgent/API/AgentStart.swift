/// Lets the first of several callers start the agent; the others wait for that.
///
/// An apply asks for several things at once, and where no agent runs yet each of them would start one.
actor AgentStart {
    private var current: Task<Result<Void, AgentError>, Never>?

    /// Runs a start, or waits for the one that is under way and ends as that does.
    func join(_ start: @escaping @Sendable () async throws(AgentError) -> Void) async throws(AgentError) {
        if let current { return try await current.value.get() }
        let task = Task {
            do throws(AgentError) {
                return Result<Void, AgentError>.success(try await start())
            } catch {
                return .failure(error)
            }
        }
        current = task
        let result = await task.value
        current = nil
        try result.get()
    }
}
