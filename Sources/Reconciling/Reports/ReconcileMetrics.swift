import Applying
import Plans
import ResourceModel

/// The loop's figures.
package struct ReconcileMetrics: Sendable {
    /// How a round ended.
    package enum Round: String, Sendable, CaseIterable {
        case converged
        case differs
        case changed
        case failed
        case waiting
    }

    /// What is known of one service.
    package struct Service: Sendable, Hashable {
        package var desired = 0
        package var running = 0
        package var healthy = 0
        /// Counted by the loop, so that it never falls when instances go.
        package var restarts = 0
    }

    /// Upper bounds of the histogram of round durations, in seconds.
    package static let buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    package var rounds: [Round: Int] = [:]
    package var durations = Array(repeating: 0, count: buckets.count)
    package var durationSum = 0.0
    package var driftFound = 0
    package var differences = 0
    package var repairs = 0
    package var applies: [String: Int] = [:]
    package var services: [String: Service] = [:]
    package var scalings: [String: (up: Int, down: Int)] = [:]
    package var manifestErrors = 0
    /// The wall clock's time of the last survey.
    package var time = Timestamp(milliseconds: 0)
    private var restarts: [String: Int] = [:]

    package init() {}

    mutating func finished(_ outcome: Round, took time: Duration) {
        rounds[outcome, default: 0] += 1
        let seconds = time / .seconds(1)
        durationSum += seconds
        for (index, bound) in Self.buckets.enumerated() where seconds <= bound { durations[index] += 1 }
    }

    mutating func observe(_ survey: Survey) {
        time = survey.time
        var present: [String: Service] = [:]
        var counted: [String: Int] = [:]
        for service in survey.inventory.services {
            let name = service.address.name
            var known = Service()
            known.desired = service.desiredReplicas
            known.running = service.instances.count { $0.phase == .running || $0.phase == .starting }
            known.healthy = service.instances.count { $0.isHealthy }
            known.restarts = services[name]?.restarts ?? 0
            for instance in service.instances {
                counted[instance.id] = instance.restarts
                known.restarts += max(0, instance.restarts - (restarts[instance.id] ?? 0))
            }
            present[name] = known
        }
        services = present
        restarts = counted
    }

    mutating func applied(_ plan: Plan, _ report: ApplyReport) {
        applies[RevisionOutcome(report.outcome).rawValue, default: 0] += 1
        for (step, result) in zip(plan.steps, report.results) where result == .done {
            if step.afterFingerprint == step.beforeFingerprint, !step.isScaling { repairs += 1 }
            for case .autoscaled(let from, let to, _) in step.reasons {
                if to > from {
                    scalings[step.address.name, default: (0, 0)].up += 1
                } else {
                    scalings[step.address.name, default: (0, 0)].down += 1
                }
            }
        }
    }
}
