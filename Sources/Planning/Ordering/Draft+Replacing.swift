import Plans
import ResourceModel

extension Draft {
    /// Networks and volumes that are replaced: what uses them must go before and come back after.
    ///
    /// An object in use cannot be removed, and its users cannot run without it. So every service that uses it, by the
    /// record or by what is left of an interrupted apply, has two steps: a deletion that the replacement needs, and a
    /// creation that needs the replacement.
    mutating func rebuildUsersOfReplaced(_ decider: inout Decider) {
        for index in indices where isSelected[index] && replacesObject(index) {
            let replaced = world.subjects[index].address
            if replaced.kind == .volume, !decider.mayLoseData(replaced) {
                problems.append(
                    PlanProblem(
                        .volumeReplaced,
                        replaced,
                        message: "\(replaced) would have to be replaced, and its data would be lost",
                        help: "keep its settings as they are, or allow it with --delete-volumes or --target \(replaced)"
                    )
                )
            }
            for user in users(ofReplaced: index) where decisions[user].action != .delete {
                rebuild(user, because: replaced, &decider)
            }
        }
    }

    func replacesObject(_ index: Int) -> Bool {
        let kind = world.subjects[index].address.kind
        return decisions[index].action == .replace && (kind == .network || kind == .volume)
    }

    /// The services that are attached to the object now.
    func users(ofReplaced index: Int) -> [Int] {
        var users = recordedUsers[index]
        for user in unrecordedServices where needs(user).contains(where: { $0.subject == index }) {
            users.append(user)
        }
        return users
    }

    private mutating func rebuild(_ index: Int, because replaced: ResourceAddress, _ decider: inout Decider) {
        let subject = world.subjects[index]
        let reason = StepReason.dependencyReplaced(replaced)
        if decisions[index].kept != nil || decisions[index].desired?.protect == true {
            problems.append(
                PlanProblem(
                    .protected,
                    subject.address,
                    message: "\(subject.address) is protected, and \(replaced), which it uses, has to be replaced",
                    help: "keep the settings of \(replaced) as they are, or set 'protect: false' on \(subject.address)"
                )
            )
            return
        }
        guard subject.service != nil, let desired = decisions[index].desired, let spec = desired.spec.service else {
            return
        }
        if decisions[index].isRebuilt {
            decisions[index].reasons.append(reason)
            return
        }
        isSelected[index] = true
        decisions[index].isRebuilt = true
        decisions[index].action = .create
        decisions[index].reasons = decisions[index].reasons.filter { $0 != .recordOnly } + [reason]
        decisions[index].rollout = decider.freshRollout(subject, spec, decisions[index].template)
    }
}

extension Decider {
    /// A rollout that starts every instance anew and keeps the count that another system has set.
    mutating func freshRollout(_ subject: Subject, _ spec: ServiceSpec, _ known: Fingerprint?) -> Rollout {
        let template = known ?? fingerprinter.fingerprint(spec, scope: .instance)
        let survey = surveyor.survey(
            spec,
            template: template,
            observed: world.observed(subject),
            keepsObservedReplicas: spec.leavesToOthers("replicas"),
            hasRun: false
        )
        return surveyor.fresh(spec, template: template, like: survey.rollout)
    }
}
