import Drivers
import ResourceModel
import StateStores

/// Tells a cluster who holds the state's lock, and shows it that this is the state that was worked with last.
package struct HolderAnnouncement: Sendable {
    private let driver: any ClusterExecuting
    private let store: any StateStore
    private let epoch: RunEpoch

    package init(_ driver: any ClusterExecuting, _ store: any StateStore, lineage: String, _ grant: LockGrant) {
        self.driver = driver
        self.store = store
        epoch = RunEpoch(lineage: lineage, number: grant.epoch, holder: grant.id)
    }

    /// Returns once nothing of an earlier holder takes effect any more, as `ClusterExecuting.announce` has it.
    @discardableResult
    package func make() async throws(ApplyError) -> RunEpoch {
        var known = try await lastHolder()
        while true {
            let announcement = EpochAnnouncement(epoch, past: try await past(known))
            do throws(DriverError) {
                try await driver.announce(announcement)
                return epoch
            } catch {
                guard error.code == .conflict else { throw .driver(error) }
                // Another was let in since it was asked: what was shown is not what it had to be.
                let now = try await lastHolder()
                guard now != known else { throw .driver(forgotten(known) ?? error) }
                known = now
            }
        }
    }

    /// The refusal where the state knows no more whom it granted the remembered epoch to; nil: it has another cause.
    private func forgotten(_ known: RunEpoch?) -> DriverError? {
        guard let known, known.lineage == epoch.lineage, known.number <= epoch.number - LockState.keptEpochs else {
            return nil
        }
        return DriverError(
            .conflict,
            "the cluster was told of none of the last \(epoch.number - known.number) runs (the last it knows has epoch"
                + " \(known.number)), and cannot tell this state from an old copy of it",
            help:
                "if it is the present one, bring it in as it is: run orchplan state backup copy.db, then orchplan state"
                + " restore copy.db"
        )
    }

    private func lastHolder() async throws(ApplyError) -> RunEpoch? {
        do throws(DriverError) { return try await driver.lastHolder() } catch { throw .driver(error) }
    }

    /// Whom this state gave the lock to under the number that the cluster remembers.
    private func past(_ known: RunEpoch?) async throws(ApplyError) -> RunEpoch? {
        guard let known, known.lineage == epoch.lineage else { return nil }
        do throws(StateStoreError) {
            let holder = try await store.grantee(ofEpoch: known.number)
            return holder.map { RunEpoch(lineage: epoch.lineage, number: known.number, holder: $0) }
        } catch {
            throw .store(error)
        }
    }
}
