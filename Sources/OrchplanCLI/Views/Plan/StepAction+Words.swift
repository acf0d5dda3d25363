import Plans

extension StepAction {
    /// The symbol that stands for the action, as Terraform has it where it has it.
    package var symbol: String {
        switch self {
        case .create: "+"
        case .update: "~"
        case .replace: "-/+"
        case .supersede, .retire: "+/-"
        case .delete: "-"
        case .record: "="
        case .forget: "."
        }
    }

    /// The colour that goes along with the symbol.
    package var look: Look {
        switch self {
        case .create: .green
        case .update: .yellow
        case .replace, .supersede, .retire: .magenta
        case .delete: .red
        case .record, .forget: .cyan
        }
    }

    /// What the legend says about the symbol.
    var legend: String {
        switch self {
        case .create: "create"
        case .update: "update in-place"
        case .replace: "replace"
        case .supersede, .retire: "new object, then destroy the old"
        case .delete: "destroy"
        case .record: "record only"
        case .forget: "forget, keep the object"
        }
    }
}

extension Plan {
    /// The steps that are told one by one.
    ///
    /// That an object goes after its successor has come is one thing to a reader, and told with the successor.
    var toldSteps: [PlanStep] {
        guard steps.contains(where: { $0.action == .retire }) else { return steps }
        let superseded = Set(steps.filter { $0.action == .supersede }.map(\.address))
        return steps.filter { $0.action != .retire || !superseded.contains($0.address) }
    }

    /// The object that goes because of a step that puts another one in its place.
    func retiredObject(of step: PlanStep) -> String? {
        guard step.action == .supersede else { return nil }
        return steps.first { $0.action == .retire && $0.address == step.address }?.objectName
    }
}

extension PlanStep {
    /// What happens to the resource, after its address: `will be updated in-place`.
    package var announcement: String {
        switch action {
        case .create: "will be created"
        case .update: "will be updated in-place"
        case .replace: isForced ? "must be replaced" : "will be replaced"
        case .supersede: "will be replaced by a new object" + named
        case .retire: "will lose its old object" + named + ", once nothing uses it"
        case .delete: "will be destroyed"
        case .record: "will be recorded; the object stays as it is"
        case .forget: "will be forgotten; the object stays"
        }
    }

    /// Whether an object goes without a successor of the same step.
    var isRemoval: Bool { action == .delete || action == .retire }

    private var named: String { objectName.map { ", " + $0 } ?? "" }

    private var isForced: Bool {
        changes.contains(where: \.forcesReplacement)
            || reasons.contains { if case .replacementForced = $0 { true } else { false } }
    }
}
