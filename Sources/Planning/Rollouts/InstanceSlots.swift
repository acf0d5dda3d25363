import Plans
import ResourceModel

/// The instances that are in one place.
struct InstanceSlot: Sendable {
    enum State: Sendable {
        /// One good instance, and nothing else that matters.
        case right
        /// A healthy good instance, and others that are to go.
        case doubled([String])
        /// No good instance, or one that cannot stand in yet for the others beside it.
        case outdated
    }

    var number: Int
    var state: State
    /// Every instance of the slot, in the order of their ids.
    var names: [InstanceName]
    var isHealthy: Bool
}

extension InstanceSurveyor {
    /// The occupied slots in ascending order.
    ///
    /// - Parameter isKept: Whether an instance of the template that has not failed may stay.
    static func slots(
        _ instances: [ObservedInstance],
        template: Fingerprint,
        isKept: (ObservedInstance) -> Bool
    ) -> [InstanceSlot] {
        let sorted = instances.sorted { ($0.slot, $0.id) < ($1.slot, $1.id) }
        var slots: [InstanceSlot] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end].slot == sorted[start].slot { end += 1 }
            slots.append(slot(sorted[start..<end], template: template, isKept: isKept))
            start = end
        }
        return slots
    }

    private static func slot(
        _ instances: ArraySlice<ObservedInstance>,
        template: Fingerprint,
        isKept: (ObservedInstance) -> Bool
    ) -> InstanceSlot {
        let good = instances.filter { $0.template == template && $0.phase.isUsable && isKept($0) }
        let best = good.first { $0.isServing } ?? good.first
        let state: InstanceSlot.State
        if let best {
            // One that is stopping goes by itself.
            let others = instances.filter { $0.id != best.id && $0.phase != .stopping }
            if others.isEmpty {
                state = .right
            } else {
                state = best.isServing ? .doubled(others.map(\.id)) : .outdated
            }
        } else {
            state = .outdated
        }
        return InstanceSlot(
            number: instances.first?.slot ?? 0,
            state: state,
            names: instances.map { InstanceName(slot: $0.slot, id: $0.id) },
            isHealthy: instances.contains { $0.isServing }
        )
    }

    /// Takes out the slots that are too many: those that are not healthy first, then the highest.
    static func surplus(_ slots: inout [InstanceSlot], eligible: [Int]?, desired: Int) -> [InstanceSlot] {
        if let eligible {
            let wanted = Set(eligible)
            let extra = slots.filter { !wanted.contains($0.number) }
            slots.removeAll { !wanted.contains($0.number) }
            return extra
        }
        guard slots.count > desired else { return [] }
        let order = slots.indices.sorted { first, second in
            let (a, b) = (slots[first], slots[second])
            return a.isHealthy == b.isHealthy ? a.number > b.number : b.isHealthy
        }
        let chosen = order.prefix(slots.count - desired)
        let extra = chosen.map { slots[$0] }
        let gone = Set(chosen)
        slots = slots.indices.filter { !gone.contains($0) }.map { slots[$0] }
        return extra
    }

    /// The slots to fill: of a global service the eligible nodes without one, else the lowest free numbers.
    static func free(_ slots: [InstanceSlot], eligible: [Int]?, desired: Int) -> [Int] {
        let taken = Set(slots.map(\.number))
        if let eligible { return eligible.filter { !taken.contains($0) } }
        var found: [Int] = []
        var number = 1
        while slots.count + found.count < desired {
            if !taken.contains(number) { found.append(number) }
            number += 1
        }
        return found
    }
}

extension InstancePhase {
    /// Whether an instance in this phase fills its place: it runs, will run, or has ended well.
    fileprivate var isUsable: Bool {
        switch self {
        case .pending, .starting, .running, .backoff, .completed: true
        case .stopping, .failed: false
        }
    }
}

extension ObservedInstance {
    /// Whether it does its work now, or did it to the end.
    var isServing: Bool { isHealthy || phase == .completed }

    /// Whether it has shown that it works, in a service that never converged as a whole.
    ///
    /// A job's instance that is still at its first try is left to it: ending it half-way could do harm.
    func isProven(_ spec: ServiceSpec) -> Bool {
        if spec.mode.isJob { return phase == .completed || (restarts == 0 && phase != .backoff) }
        return isServing && (spec.readinessProbe != nil || restarts == 0)
    }
}
