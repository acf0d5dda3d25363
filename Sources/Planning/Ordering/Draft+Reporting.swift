import Plans
import ResourceModel

extension Draft {
    /// Managed resources of this plan that are as declared.
    var unchangedCount: Int {
        indices.count { index in
            isSelected[index] && decisions[index].action == nil && decisions[index].desired != nil
        }
    }

    /// How the cluster differs from the record, whether or not this plan repairs it.
    var driftItems: [DriftItem] {
        indices.compactMap { index in
            guard let drift = decisions[index].drift else { return nil }
            return DriftItem(
                address: world.subjects[index].address,
                description: drift,
                isRepaired: isSelected[index] && decisions[index].isStep
            )
        }
    }

    /// What stays although it is not declared, and what the targets leave out.
    var findings: [PlanFinding] {
        indices.compactMap { kept($0) } + leftOut + imageFindings + copyFindings + spareFindings
    }

    /// Generated secrets with objects that another record made.
    private var spareFindings: [PlanFinding] {
        indices.filter { isSelected[$0] && !decisions[$0].spare.isEmpty }
            .map { index in
                let address = world.subjects[index].address
                let names = decisions[index].spare.joined(separator: ", ")
                let isOne = decisions[index].spare.count == 1
                return PlanFinding(
                    code: "OP3020",
                    severity: .warning,
                    address: address,
                    message: "\(address) has other characters in \(names), which no record knows of;"
                        + " \(isOne ? "it is" : "they are") left alone, and \(decisions[index].objectName ?? "") is used",
                    help: "look which of them is in use before what has them is replaced;"
                        + " they go with \(address) when that is destroyed"
                )
            }
    }

    /// Secrets of this plan of which nobody knows whether they are as declared.
    ///
    /// - Parameter reasons: Why they could not be read, by name.
    func unread(_ reasons: [String: String]) -> [PlanFinding] {
        guard !reasons.isEmpty else { return [] }
        return indices.compactMap { index in
            let address = world.subjects[index].address
            guard isSelected[index], address.kind == .secret, world.subjects[index].graph != nil,
                let reason = reasons[address.name]
            else { return nil }
            return PlanFinding(
                code: "OP3109",
                severity: .warning,
                address: address,
                message: "\(address) cannot be read and is taken as unchanged: \(reason)",
                help: "plan where it can be read to see whether its content changed; until then it stays as it is"
            )
        }
    }

    private func kept(_ index: Int) -> PlanFinding? {
        guard let kept = decisions[index].kept, isSelected[index] else { return nil }
        let address = world.subjects[index].address
        let why = options.destroy ? "everything else is destroyed" : "it is not declared any more"
        switch kept {
        case .volume:
            return PlanFinding(
                code: "OP3101",
                severity: .note,
                address: address,
                message: "\(address) is kept with its data, although \(why)",
                help: "to delete it, use --delete-volumes or --target \(address)"
            )
        case .protected:
            return PlanFinding(
                code: "OP3102",
                severity: .note,
                address: address,
                message: "\(address) is kept because it is protected, although \(why)",
                help: "to delete it, declare it again with 'protect: false', apply, and remove it then"
            )
        case .neededBy(let keeper):
            return PlanFinding(
                code: "OP3105",
                severity: .note,
                address: address,
                message: "\(address) is kept because \(keeper), which is protected, needs it"
            )
        case .unrecorded:
            return PlanFinding(
                code: "OP3103",
                severity: .warning,
                address: address,
                message:
                    "\(address) carries this project's label, but is neither declared nor recorded; it is left alone",
                help: "another state may own it; if none does, 'orchplan destroy --target \(address)' removes it"
            )
        }
    }

    private var leftOut: [PlanFinding] {
        guard let target = options.targets.first else { return [] }
        let others = indices.filter { !isSelected[$0] && decisions[$0].isStep }
        guard !others.isEmpty else { return [] }
        let names = others.prefix(5).map { world.subjects[$0].address.description }.joined(separator: ", ")
        let more = others.count > 5 ? " and \(others.count - 5) more" : ""
        return [
            PlanFinding(
                code: "OP3104",
                severity: .note,
                address: target,
                message: "the targets leave out \(Counted.text(others.count, "change")): \(names)\(more)",
                help: "plan without --target to see them"
            )
        ]
    }
}
