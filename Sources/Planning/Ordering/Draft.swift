import Plans
import ResourceModel

/// A plan in the making: what becomes of each subject, and how that touches the others.
struct Draft {
    let world: World
    let options: PlanOptions
    let restraint: PlanRestraint
    var decisions: [Decision]
    /// Whether the subject is part of this plan (`--target`).
    var isSelected: [Bool]
    /// For each subject, the services that the record says need it; empty when nothing is removed or replaced.
    private(set) var recordedUsers: [[Int]] = []
    /// Services that an interrupted apply made and did not record; empty when nothing is removed or replaced.
    private(set) var unrecordedServices: [Int] = []
    /// Services that go and were never recorded.
    private(set) var strayServices: [Int] = []
    var problems: [PlanProblem] = []

    init(world: World, options: PlanOptions, restraint: PlanRestraint, decisions: [Decision]) {
        self.world = world
        self.options = options
        self.restraint = restraint
        self.decisions = decisions
        isSelected = [Bool](repeating: true, count: decisions.count)
        let removes = decisions.contains {
            $0.action == .delete || $0.action == .replace || $0.kept != nil || !$0.retired.isEmpty
        }
        recordedUsers = [[Int]](repeating: [], count: decisions.count)
        guard removes else { return }
        for (index, subject) in world.subjects.enumerated() {
            guard let recorded = subject.recorded else {
                if subject.service == nil { continue }
                if subject.graph != nil { unrecordedServices.append(index) } else { strayServices.append(index) }
                continue
            }
            for need in world.recorded[recorded].needs {
                guard let used = world.subject(need), recordedUsers[used].last != index else { continue }
                recordedUsers[used].append(index)
            }
        }
    }

    var indices: Range<Int> { decisions.indices }

    /// Whether the subject has at least one step in this plan.
    func hasStep(_ index: Int) -> Bool {
        isSelected[index] && (decisions[index].isStep || !decisions[index].retired.isEmpty)
    }

    /// The subjects that a declared one needs.
    func needs(_ index: Int) -> [(subject: Int, condition: DependencyCondition?)] {
        guard let graph = world.subjects[index].graph else { return [] }
        return world.graph.edges[graph].map { (world.subjectOfGraph[$0.to], $0.condition) }
    }
}
