import ResourceModel

/// Reads a cluster and never changes it.
///
/// Conformers throw `DriverError` with `.unreachable` when the cluster cannot answer: an empty inventory means an
/// empty cluster, never an unknown one.
package protocol ClusterObserving: Sendable {
    /// What the driver can do; a constant of the driver and its configuration.
    var capabilities: Capabilities { get }

    /// What tells this cluster from every other, now and later; nil for a driver that has but one.
    func identity() async throws(DriverError) -> String?

    /// Everything in the cluster that carries the project's label, and the nodes.
    ///
    /// - Parameters:
    ///   - ports: Host ports that the manifests publish; those that a stranger holds are reported.
    ///   - recorded: What was applied: a driver whose services can be edited behind orchplan's back compares with it
    ///     and reports every edit.
    func inventory(ports: [RequestedPort], recorded: [RecordedResource]) async throws(DriverError) -> Inventory

    /// Asks registries what images stand for now; every answer comes within some seconds.
    ///
    /// Never fails: that a registry does not tell is an answer, too. A driver whose capabilities say that it resolves no
    /// images asks nobody and answers nothing.
    ///
    /// - Parameter images: As manifests name them, each once, without a digest.
    func answers(onImages images: [String]) async -> [String: ImageAnswer]

    /// One service as it is now; nil when the cluster has none of that name.
    func observe(service name: String) async throws(DriverError) -> ObservedService?

    /// The service each time it may have changed, the present state first; ends when the caller stops listening.
    ///
    /// Level-triggered: changes may be coalesced, the last state never is lost.
    func watch(service name: String) -> AsyncThrowingStream<ObservedService?, any Error>

    /// What happens in the cluster from now on, all services together; the first element is always `.opened`.
    ///
    /// Level-triggered: changes of one service may be coalesced, the last one never is lost. Ends with an error when the
    /// cluster stops telling; connecting again is up to the caller. Ends when the caller stops listening.
    func events() -> AsyncThrowingStream<ClusterEvent, any Error>

    /// What every instance uses now, services in the order of their names.
    func measurements() async throws(DriverError) -> [ServiceMeasurement]
}

extension ClusterObserving {
    package func identity() async throws(DriverError) -> String? { nil }

    /// The inventory, with nothing that live edits could be told by.
    package func inventory(ports: [RequestedPort]) async throws(DriverError) -> Inventory {
        try await inventory(ports: ports, recorded: [])
    }

    /// What a driver answers that runs no images of registries.
    package func answers(onImages images: [String]) async -> [String: ImageAnswer] { [:] }
}

/// Changes a cluster, one idempotent operation at a time.
package protocol ClusterExecuting: Sendable {
    /// Performs the operation and returns when the cluster has accepted it, not when it has converged.
    ///
    /// Performing an operation again, with the same id, changes nothing and returns the same result: an apply that was
    /// killed after the driver acted and before the outcome was recorded repeats it.
    func perform(_ operation: Operation) async throws(DriverError) -> OperationResult

    /// Tells the cluster who holds the state's lock, before it is asked what is there.
    ///
    /// Once this returned, no operation of an earlier holder takes effect any more: neither one that was under way nor one
    /// that arrives late. A driver whose cluster cannot remember that does nothing, and relies on the names of its
    /// objects: what an earlier holder made late stands in the way of a second one of the same name.
    ///
    /// Refused (`conflict`) where another has taken the lock since, and where the state is an old copy: `lastHolder` was
    /// let in, and the announcement does not show that this state knows of it.
    func announce(_ announcement: EpochAnnouncement) async throws(DriverError)

    /// The last holder that the cluster was told of; nil: none, or it cannot remember that.
    func lastHolder() async throws(DriverError) -> RunEpoch?

    /// The last lines that a service's instances printed, for reports of failures; oldest first.
    func recentLogs(instance id: String, lines: Int) async -> [String]
}

extension ClusterExecuting {
    package func announce(_ announcement: EpochAnnouncement) async throws(DriverError) {}
    package func lastHolder() async throws(DriverError) -> RunEpoch? { nil }
}

/// A whole driver.
package typealias ClusterDriver = ClusterObserving & ClusterExecuting
