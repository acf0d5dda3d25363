import Plans
import ResourceModel

extension Draft {
    /// What a resource that stays needs stays, too, although it is not declared any more.
    mutating func keepWhatKeptOnesNeed() {
        var open = indices.filter { decisions[$0].kept == .protected }
        while let index = open.popLast() {
            let keeper = world.subjects[index]
            guard let recorded = keeper.recorded else { continue }
            for need in world.recorded[recorded].needs {
                guard let used = world.subject(need), decisions[used].action == .delete else { continue }
                decisions[used].action = nil
                decisions[used].retired = []
                decisions[used].kept = .neededBy(keeper.address)
                open.append(used)
            }
        }
    }

    /// Drops the retirement of old objects that something outside this plan may still use.
    mutating func keepOldObjectsInUse() {
        for index in indices where !decisions[index].retired.isEmpty && isSelected[index] {
            let isHeld = recordedUsers[index]
                .contains { user in
                    isHeldBack(user) || decisions[user].kept != nil
                }
            if isHeld { decisions[index].retired = [] }
        }
    }
}
