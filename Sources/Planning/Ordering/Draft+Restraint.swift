import Plans
import ResourceModel

extension Draft {
    /// Leaves out what the restraint holds back, and the changes that would have to wait for it.
    ///
    /// What only repairs a service that uses something held back goes on: the service had what it needs once.
    mutating func holdBack() {
        guard !restraint.isEmpty else { return }
        var users: [[Int]] = Array(repeating: [], count: decisions.count)
        for index in indices {
            for need in needs(index) { users[need.subject].append(index) }
        }
        var open = indices.filter { index in
            let subject = world.subjects[index]
            return restraint.untouched.contains(subject.address)
                || (restraint.frozen.contains(subject.address) && subject.recorded == nil)
        }
        while let index = open.popLast() {
            guard isSelected[index] else { continue }
            isSelected[index] = false
            open += users[index].filter { isSelected[$0] && changesRecord($0) }
        }
    }

    /// Whether the resource is to become something else than what is recorded.
    private func changesRecord(_ index: Int) -> Bool {
        guard decisions[index].isStep else { return false }
        let record = world.record(world.subjects[index])
        return record == nil || record?.fingerprint != decisions[index].fingerprint
    }

    /// Whether a resource stays as it is whatever is declared, so that what the record says it uses is in use.
    func isHeldBack(_ index: Int) -> Bool {
        !isSelected[index] || restraint.frozen.contains(world.subjects[index].address)
    }
}
