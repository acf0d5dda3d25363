import Planning
import ResourceModel
import StateStores

/// What the loop needs from the program around it.
package protocol ReconcileSurroundings: Sendable {
    /// Reads the manifests.
    func manifests() async -> ManifestReading

    /// An element each time something in the folders of the manifests may have changed.
    ///
    /// May say so too often; what it misses is found at the next full look.
    func manifestTouches() -> AsyncStream<Void>

    /// The keyed digests of the graph's secrets.
    func secretDigests(of graph: ResourceGraph, recorded: RecordedState) throws(RoundFailure) -> SecretDigests

    /// Why nothing may be done about what was found; nil: nothing stands against it.
    func objection(to inventory: Inventory, _ recorded: RecordedState) -> RoundFailure?

    /// Whether registries are asked at all about images; a loop asks about changed ones only.
    var imageResolution: ImageResolution { get }

    /// Runs the command of a scale policy; nil: it failed, took too long or printed no number.
    func value(of command: [String]) async -> Double?

    /// A request for the state's lock, with an id of its own.
    func lockRequest() -> LockRequest

    /// `user@host`.
    var author: String { get }

    func log(_ news: ReconcileNews)

    /// - Parameter lastSuccess: The wall clock's time at which a round last succeeded.
    func publish(_ metrics: ReconcileMetrics, _ health: ReconcileHealth, lastSuccess: Timestamp?)
}

extension ReconcileSurroundings {
    package func objection(to _: Inventory, _: RecordedState) -> RoundFailure? { nil }
}
