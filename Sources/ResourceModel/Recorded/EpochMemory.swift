/// What a cluster remembers of the holders of a state's lock, and by which it tells who may work on it.
///
/// Numbers alone do not tell: an old copy of a state that somebody put in the place of the present one counts on from
/// where it was, and has caught up after as many tries as there were holders since. So whoever announces itself shows
/// whom its state gave the remembered number to, and that must be the one who came with it.
package struct EpochMemory: Sendable, Hashable {
    private var lineage = ""
    private var number = 0
    private var holder = ""
    /// The lineages of states that others took the place of, the latest last.
    private var former: [String] = []

    /// More restored states than anybody has; whatever is told, the record stays small.
    private static let mostFormer = 1000

    package init() {}

    /// The last holder that was let in; nil: there was none, or it is forgotten.
    package var last: RunEpoch? {
        lineage.isEmpty ? nil : RunEpoch(lineage: lineage, number: number, holder: holder)
    }

    /// Lets in whoever has the lock now, or says why not; then nothing is changed.
    package mutating func announce(_ announcement: EpochAnnouncement) -> EpochRefusal? {
        let epoch = announcement.epoch
        guard let known = last, known != epoch else {
            remember(epoch)
            return nil
        }
        guard known.lineage == epoch.lineage else {
            // A state that was made anew or restored; but no way leads back to one that was left.
            guard !former.contains(epoch.lineage) else { return .formerState }
            former = former.suffix(Self.mostFormer - 1) + [known.lineage]
            remember(epoch)
            return nil
        }
        guard let past = announcement.past, past.number == known.number, past.lineage == known.lineage,
            known.isKnown(to: past.holder)
        else { return .oldCopy }
        guard epoch.number > known.number else { return .overtaken(by: known, epoch) }
        remember(epoch)
        return nil
    }

    /// Lets in an operation of a holder that announced itself, or says why not.
    package mutating func admit(_ epoch: RunEpoch) -> EpochRefusal? {
        if let known = last, known != epoch { return .overtaken(by: known, epoch) }
        remember(epoch)
        return nil
    }

    private mutating func remember(_ epoch: RunEpoch) {
        lineage = epoch.lineage
        number = epoch.number
        holder = epoch.holder
    }
}

/// What the holder of a lock says of itself before it works on a cluster.
package struct EpochAnnouncement: Sendable, Hashable {
    package var epoch: RunEpoch
    /// Whom this state gave the lock to under the number that the cluster remembers; an empty holder: it has forgotten,
    /// nil: nobody.
    package var past: RunEpoch?

    package init(_ epoch: RunEpoch, past: RunEpoch? = nil) {
        self.epoch = epoch
        self.past = past
    }
}

/// Why a holder of a lock is not let in.
package enum EpochRefusal: Sendable, Hashable {
    /// Its state is not the one that was worked with last.
    case oldCopy
    /// Another state took the place of its state.
    case formerState
    case overtaken(by: RunEpoch, RunEpoch)

    /// Lowercase, no full stop.
    package var message: String {
        switch self {
        case .oldCopy: "the state is an old copy: others have worked here since, and it knows nothing of them"
        case .formerState: "another state has taken the place of this one here, and only the last one is worked with"
        case .overtaken(let known, let epoch):
            "another run has taken the lock since ("
                + (known.lineage == epoch.lineage ? "epoch \(known.number), this is \(epoch.number)" : "another state")
                + ")"
        }
    }

    package var help: String {
        switch self {
        case .oldCopy:
            "put the present state back; where it is lost, go on from this one: run orchplan state backup copy.db, then"
                + " orchplan state restore copy.db"
        case .formerState:
            "put that one back, or name it with --state; to go on from this one, run orchplan state backup copy.db and"
                + " orchplan state restore copy.db, with the same --state; two systems side by side are two environments"
        case .overtaken: "run orchplan plan to see where things stand"
        }
    }
}

extension EpochMemory: CanonicalRecord {
    package static let fields: [CanonicalField<EpochMemory>] = [
        .init("lineage", \.lineage), .init("number", \.number), .init("holder", \.holder), .init("former", \.former),
    ]
}

extension EpochAnnouncement: CanonicalRecord {
    package init() { self.init(RunEpoch()) }

    package static let fields: [CanonicalField<EpochAnnouncement>] = [
        .init("epoch", \.epoch), .init("past", \.past),
    ]
}
