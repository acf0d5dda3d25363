import Plans
import ResourceModel

/// What happens to one slot: old instances go, a new one comes, either or both.
struct SlotChange: Sendable {
    enum State: Sendable, Equatable {
        case waiting
        /// Old instances are being stopped; a new one follows where `starts` says so.
        case stopping(left: Int)
        case starting
        /// The new instance is started and not yet healthy.
        case settling
        /// The new instance is healthy and the old ones are being stopped.
        case retiring(left: Int)
        case finished
        /// The new instance failed.
        case failed
    }

    let slot: Int
    let old: [String]
    let starts: Bool
    var state = State.waiting
    /// The new instance, once its start was asked for.
    var new: String?
    /// Old instances that are gone.
    var stopped = 0

    init(slot: Int, old: [String], starts: Bool) {
        self.slot = slot
        self.old = old
        self.starts = starts
    }

    var isOver: Bool { state == .finished || state == .failed }

    /// Whether nothing may be cut off here: an instance is gone and its successor not yet started.
    var isInTheAir: Bool {
        switch state {
        case .stopping, .starting, .retiring: true
        case .waiting, .settling, .finished, .failed: false
        }
    }

    /// How to undo what was done to the slot; nil when nothing was.
    var undone: SlotChange? {
        let isEmptied = !old.isEmpty && stopped == old.count
        switch (new, isEmptied) {
        case (let new?, true): return SlotChange(slot: slot, old: [new], starts: true)
        case (let new?, false): return SlotChange(slot: slot, old: [new], starts: false)
        case (nil, true): return SlotChange(slot: slot, old: [], starts: true)
        case (nil, false): return nil
        }
    }
}
