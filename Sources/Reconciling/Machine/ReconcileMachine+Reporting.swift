import Planning
import Plans
import ResourceModel

extension ReconcileMachine {
    /// Says what differs and what is held back, each once as long as it lasts.
    mutating func report(_ verdict: Verdict) {
        var current: Set<String> = []
        func news(_ key: String, _ make: @autoclosure () -> ReconcileNews) -> ReconcileNews? {
            current.insert(key)
            return said.contains(key) ? nil : make()
        }
        var found: [ReconcileNews?] = []
        for item in verdict.outlook?.drift ?? [] {
            // Each difference is said once: that there are fewer of them than before is no news.
            let keys = item.description.split(separator: "; ").map { "drift \(item.address) \($0)" }
            current.formUnion(keys)
            guard !said.isSuperset(of: keys) else { continue }
            metrics.driftFound += 1
            found.append(.drift(item))
        }
        let doable = Set((verdict.doable?.steps ?? []).map(\.address))
        let held = Set(verdict.held.map(\.failure.address))
        for step in verdict.outlook?.steps ?? [] where !doable.contains(step.address) && !held.contains(step.address) {
            guard step.afterFingerprint != step.beforeFingerprint || step.action == .delete else { continue }
            let key = "pending \(step.address) \(step.action) \(step.afterFingerprint?.short ?? "")"
            found.append(news(key, .pending(step, refused: verdict.refused.contains(step.address), policy)))
        }
        for past in verdict.held { found.append(news("held \(past.failure.address) \(past.revision)", .held(past))) }
        for problem in verdict.problems where problem.address != nil {
            found.append(news("problem \(problem.message)", .problem(problem)))
        }
        let kept = said.filter { key in
            !["drift ", "pending ", "held ", "problem "].contains { key.hasPrefix($0) }
        }
        said = kept.union(current)
        for case let item? in found { log(item) }
    }
}
