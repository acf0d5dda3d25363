import Plans
import ResourceModel

extension Draft {
    /// Restricts the plan to the targets and what must go along with them.
    ///
    /// Of a declared target: everything it needs, transitively. Of something that goes: everything that the record says
    /// uses it. Of something that is replaced: everything that is attached to it. And what an earlier apply took away for
    /// such a replacement and did not bring back, because it was interrupted: nobody named it then either.
    mutating func select() {
        guard !options.targets.isEmpty else { return }
        isSelected = [Bool](repeating: false, count: decisions.count)
        var open: [Int] = []
        for target in options.targets {
            guard let index = world.subject(target) else {
                problems.append(unknown(target))
                continue
            }
            open.append(index)
        }
        if !options.destroy { open += indices.filter(isTakenAway) }
        while let index = open.popLast() {
            guard !isSelected[index] else { continue }
            isSelected[index] = true
            for need in needs(index) where !isSelected[need.subject] { open.append(need.subject) }
            if decisions[index].action == .delete { open += recordedUsers[index].filter { !isSelected[$0] } }
            if replacesObject(index) { open += users(ofReplaced: index).filter { !isSelected[$0] } }
        }
    }

    /// Whether a service that is recorded and declared went in an apply that did not see it come back.
    ///
    /// One that is there without that, or before its removal was recorded as done, was defined anew as it is recorded: an
    /// update that somebody left out would be another definition.
    private func isTakenAway(_ index: Int) -> Bool {
        let subject = world.subjects[index]
        guard subject.address.kind == .service, subject.graph != nil, decisions[index].isStep,
            let record = world.record(subject), world.begunAgain.contains(subject.address)
        else { return false }
        guard let there = world.observed(subject), !world.takenAway.contains(subject.address) else { return true }
        return there.labels.fingerprint == record.fingerprint
            && world.revision(ofOperation: there.labels.operation) > record.revision
    }

    private func unknown(_ target: ResourceAddress) -> PlanProblem {
        let alike = world.subjects.first { $0.address.name == target.name }?.address
        return PlanProblem(
            .unknownTarget,
            target,
            message: "\(target) is neither declared nor recorded",
            help: alike.map { "did you mean \($0)?" } ?? "'orchplan state list' shows what is recorded"
        )
    }

    /// Protected resources that this plan would have to delete or replace.
    mutating func refuseProtected() {
        for index in indices where isSelected[index] {
            let decision = decisions[index]
            let address = world.subjects[index].address
            if decision.action == .replace, decision.desired?.protect == true {
                let fields = decision.changes.filter(\.forcesReplacement).map(\.path).joined(separator: ", ")
                problems.append(
                    PlanProblem(
                        .protected,
                        address,
                        message: "\(address) is protected, and changing \(fields) needs a replacement",
                        help: "take the change back, or set 'protect: false'"
                    )
                )
            } else if options.destroy, decision.kept == .protected {
                problems.append(
                    PlanProblem(
                        .protected,
                        address,
                        message: "\(address) is protected and would be destroyed",
                        help: "set 'protect: false' and apply that first, or destroy the others with --target"
                    )
                )
            }
        }
    }
}
