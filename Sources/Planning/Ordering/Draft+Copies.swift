import Plans
import ResourceModel

extension Draft {
    /// What carries the labels of this project's objects and is none of them.
    var copyFindings: [PlanFinding] {
        world.copies.filter { options.targets.isEmpty || options.targets.contains($0.address) }
            .map { copy in
                let kind = copy.address.kind.rawValue
                return PlanFinding(
                    code: "OP3108",
                    severity: .warning,
                    address: copy.address,
                    message: "the \(kind) \(copy.name) carries the labels of \(copy.address) and is another;"
                        + " it is left alone",
                    help: copy.address.kind == .service
                        ? "take the labels from it (docker service update --label-rm orchplan.project \(copy.name)), or"
                            + " remove it"
                        : "make it anew without these labels, or remove it"
                )
            }
    }
}
