import Applying
import Drivers
import Planning
import Plans
import ResourceModel

/// What happened, as the runner tells the machine.
package enum ReconcileEvent: Sendable {
    case start
    /// The manifests were read.
    case loaded(ManifestReading)
    /// The record and the cluster were read.
    case surveyed(Result<Survey, RoundFailure>)
    /// Somebody else holds the state's lock; nothing was begun.
    case lockHeld(by: String)
    /// The apply is over.
    case applied(ApplyEnding)
    /// What an interrupted apply left open was looked up and closed; nothing: somebody else has closed it already.
    case journalClosed(Result<Interruption, RoundFailure>)
    /// The apply did not begin.
    case applyRefused(RoundFailure)
    /// Something in the folders of the manifests may have changed.
    case manifestsTouched
    /// The driver says that something may have changed.
    case clusterChanged
    /// The driver tells of everything from now on, for the first time or again: what happened before is not told.
    case clusterOpened
    /// The driver tells nothing any more.
    case clusterWatchEnded(RoundFailure?)
    case woke(ReconcileWake)
    /// ^C, or a signal to end.
    case interrupted
}

/// What the runner is to do, in this order.
package enum ReconcileEffect: Sendable {
    /// Read the manifests; answered by `loaded`.
    case load
    /// Read the record, the cluster, the loads and the digests of this graph's secrets; answered by `surveyed`.
    case survey(ResourceGraph?)
    /// Take the lock and apply; answered by `applied`, `lockHeld` or `applyRefused`.
    case apply(Plan)
    /// Take the lock, look up what an interrupted apply left open and close it; answered by `journalClosed` or `lockHeld`.
    case closeJournal
    /// Ask the apply under way to end; the second time at once.
    case interruptApply
    /// Follow the driver's events; answered by `clusterChanged` and in the end `clusterWatchEnded`.
    case watchCluster
    /// Answer with `woke` after this time; an earlier alarm for the same is forgotten.
    case wake(ReconcileWake, after: Duration)
    case log(ReconcileNews)
    /// Show these figures from now on.
    case publish(ReconcileMetrics, ReconcileHealth)
    /// The end, with the exit code.
    case finish(Int32)
}

/// Who asked to be woken.
package enum ReconcileWake: Sendable, Hashable {
    case round
    case manifests
    case clusterWatch
}

/// What came of reading the manifests.
package enum ManifestReading: Sendable {
    case graph(ResourceGraph)
    /// They cannot be used; the texts say why, with places, for people.
    case broken(summary: String, details: String)
}

/// Everything that a round decides by.
package struct Survey: Sendable {
    package var recorded: RecordedState
    package var inventory: Inventory
    package var secrets: SecretDigests
    package var images: ImageDigests
    /// What failed in the last revisions, the newest first.
    package var failures: [PastFailure]
    /// Whether the last revision was begun and has not come to its end.
    package var isInterrupted = false
    /// What instances use, by instance; nil: the driver could not tell, or nothing asks for it.
    package var measurements: [String: InstanceMeasurement]?
    /// What the commands of scale policies printed.
    package var values: [ResourceAddress: Double]
    /// The wall clock's time.
    package var time: Timestamp

    package init(
        recorded: RecordedState,
        inventory: Inventory,
        secrets: SecretDigests = SecretDigests(),
        images: ImageDigests = ImageDigests(),
        failures: [PastFailure] = [],
        measurements: [String: InstanceMeasurement]? = nil,
        values: [ResourceAddress: Double] = [:],
        time: Timestamp
    ) {
        self.recorded = recorded
        self.inventory = inventory
        self.secrets = secrets
        self.images = images
        self.failures = failures
        self.measurements = measurements
        self.values = values
        self.time = time
    }
}

/// A change that failed, and in which revision.
package struct PastFailure: Sendable, Hashable {
    package var revision: Int
    package var failure: ChangeFailure

    package init(revision: Int, failure: ChangeFailure) {
        self.revision = revision
        self.failure = failure
    }
}

/// What came of an apply.
package struct ApplyEnding: Sendable {
    package var report: ApplyReport
    /// The revision that it made; nil: the plan was stale.
    package var revision: Int?
    /// What the state did not take, for people.
    package var unsaved: [String]

    package init(report: ApplyReport, revision: Int?, unsaved: [String] = []) {
        self.report = report
        self.revision = revision
        self.unsaved = unsaved
    }
}

/// Why a round could not be gone through with.
package struct RoundFailure: Error, Sendable, Hashable {
    /// Lowercase, no full stop.
    package var message: String
    package var help: String?

    package init(_ message: String, help: String? = nil) {
        self.message = message
        self.help = help
    }
}
