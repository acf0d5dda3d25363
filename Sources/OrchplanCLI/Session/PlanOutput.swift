import ArgumentParser
import Plans

/// How a plan is printed.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case short
    case json
    case md
}

extension Workspace {
    /// Prints a plan on standard output.
    ///
    /// - Parameter tellsExecution: Whether batches, rollouts and the forecast are part of it.
    func show(_ plan: Plan, _ format: PlanFormat, tellsExecution: Bool = true) {
        let layout = terminal.format(.output)
        switch format {
        case .text: output.write(PlanView(plan, tellsExecution: tellsExecution).text(layout))
        case .short: output.write(PlanView(plan, detail: .short, tellsExecution: tellsExecution).text(layout))
        case .json:
            PlanJSON.encode(plan) { output.write($0) }
            output.write("\n")
        case .md: output.write(PlanMarkdown(plan).text())
        }
    }
}
