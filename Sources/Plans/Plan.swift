import ResourceModel

/// What apply will do, decided once: steps in order, each with its reasons, its batch and what it relies on.
///
/// A plain value. Apply executes it and makes no choice of its own; everything that depends on the clock, on chance or
/// on the cluster was an argument of the planner.
package struct Plan: Sendable, Hashable {
    /// The version of the plan file's format; a minor version adds, a new major is refused.
    package static let formatVersion = "1.0"

    package var project: String
    /// The lineage of the state that the plan was made from: minted once per state, so that a plan never fits another.
    package var lineage: String
    /// The serial of that state.
    ///
    /// Told to people; preconditions decide whether the plan is stale.
    package var serial: Int
    package var createdAt: Timestamp
    /// Until when the plan may be applied; nil: as long as its preconditions hold.
    package var expiresAt: Timestamp?
    package var driver: String
    package var options: PlanOptions
    /// In an order in which every step comes after the steps it needs.
    package var steps: [PlanStep]
    /// Resources that are as declared.
    package var unchangedCount: Int
    /// What the cluster does differently from the recorded state, whether or not a step repairs it.
    package var drift: [DriftItem]
    /// What the plan checker says.
    package var findings: [PlanFinding]
    package var forecast: Forecast

    package init(
        project: String,
        lineage: String,
        serial: Int,
        createdAt: Timestamp,
        expiresAt: Timestamp? = nil,
        driver: String,
        options: PlanOptions = PlanOptions(),
        steps: [PlanStep] = [],
        unchangedCount: Int = 0,
        drift: [DriftItem] = [],
        findings: [PlanFinding] = [],
        forecast: Forecast = Forecast()
    ) {
        self.project = project
        self.lineage = lineage
        self.serial = serial
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.driver = driver
        self.options = options
        self.steps = steps
        self.unchangedCount = unchangedCount
        self.drift = drift
        self.findings = findings
        self.forecast = forecast
    }

    package var isEmpty: Bool { steps.isEmpty }
    package var batchCount: Int { (steps.map(\.batch).max() ?? -1) + 1 }
    /// Secrets that could not be read, so that nobody knows whether they are as declared.
    package var unread: [ResourceAddress] { findings.filter { $0.code == "OP3109" }.map(\.address) }
    package var hasErrors: Bool { findings.contains { $0.severity == .error } }
}

/// What the user asked of the planner.
package struct PlanOptions: Sendable, Hashable {
    /// At most this many things are changing at any moment.
    package var batch = 10
    /// Only these resources and what they need; empty: all.
    package var targets: [ResourceAddress] = []
    /// Everything of the project is to go.
    package var destroy = false
    /// Volumes that are no longer declared may be deleted, with their data.
    package var deleteVolumes = false

    package init() {}
}

/// The counts of a plan, for its closing line.
package struct PlanSummary: Sendable, Hashable {
    package var add = 0
    package var change = 0
    package var destroy = 0

    package init() {}
}

extension Plan {
    /// A replacement counts as one addition and one destruction, as Terraform counts it.
    package var summary: PlanSummary {
        var summary = PlanSummary()
        for step in steps {
            switch step.action {
            case .create: summary.add += 1
            case .update: summary.change += 1
            case .replace:
                summary.add += 1
                summary.destroy += 1
            case .supersede: summary.add += 1
            case .delete, .retire: summary.destroy += 1
            case .record, .forget: break
            }
        }
        return summary
    }
}
