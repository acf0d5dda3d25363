import Applying
import Plans
import ResourceModel

/// The events of two applies of `SamplePlan.everything`, each with its time.
enum SampleApply {
    typealias Moment = (time: Duration, event: ApplyProgress)

    static let plan = SamplePlan.everything

    static func status(_ activity: StepActivity, _ ready: Int, _ total: Int, _ trouble: String? = nil) -> StepStatus {
        StepStatus(activity: activity, ready: ready, total: total, trouble: trouble)
    }

    /// The same of a service that is updated while its old instances serve.
    static func update(_ activity: StepActivity, _ updated: Int, _ ready: Int?, _ total: Int, _ trouble: String? = nil)
        -> StepStatus
    {
        StepStatus(activity: activity, updated: updated, ready: ready, total: total, trouble: trouble)
    }

    /// Everything up to the middle of the third batch, the same for both.
    static let beginning: [Moment] = [
        (.zero, .started(batches: 4, steps: 12)), (.zero, .batchStarted(0)),
        (.milliseconds(10), .stepStarted(step: 0)), (.milliseconds(10), .stepStarted(step: 1)),
        (.milliseconds(10), .stepStarted(step: 2)), (.milliseconds(10), .stepStarted(step: 11)),
        (.milliseconds(400), .stepFinished(step: 0, .done)), (.milliseconds(700), .stepFinished(step: 1, .done)),
        (.milliseconds(900), .stepFinished(step: 2, .done)), (.milliseconds(950), .stepFinished(step: 11, .done)),
        (.seconds(1), .batchStarted(1)), (.seconds(1), .stepStarted(step: 3)), (.seconds(1), .stepStarted(step: 6)),
        (.milliseconds(1200), .stepStatus(step: 3, update(.stopping, 0, nil, 1))),
        (.milliseconds(1900), .stepStatus(step: 3, update(.starting, 0, 0, 1))),
        (.seconds(2), .stepFinished(step: 6, .done)),
        (.seconds(3), .stepStatus(step: 3, update(.waitingForHealth, 0, 0, 1, "connection to port 5432 refused"))),
        (.seconds(4), .stepStatus(step: 3, update(.waitingForHealth, 0, 0, 1, "connection to port 5432 refused"))),
        (.seconds(6), .stepStatus(step: 3, update(.monitoring, 1, 1, 1))),
        (.seconds(11), .stepFinished(step: 3, .done)),
        (.seconds(11), .batchStarted(2)), (.seconds(11), .stepStarted(step: 4)), (.seconds(11), .stepStarted(step: 5)),
        (.seconds(11), .stepStarted(step: 7)), (.seconds(12), .stepStatus(step: 4, update(.updating, 1, 4, 4))),
        (.seconds(12), .stepStatus(step: 5, status(.starting, 0, 2))),
        (.seconds(13), .stepStatus(step: 7, status(.waitingForCompletion, 0, 1))),
        (.seconds(14), .stepStatus(step: 4, update(.waitingForHealth, 2, 3, 4))),
        (.seconds(15), .stepStatus(step: 5, status(.waitingForHealth, 1, 2, "exit status 1, restart 2"))),
    ]

    static let success: [Moment] =
        beginning + [
            (.seconds(20), .stepFinished(step: 7, .done)), (.seconds(21), .stepFinished(step: 5, .done)),
            (.seconds(34), .stepStatus(step: 4, update(.monitoring, 4, 4, 4))),
            (.seconds(39), .stepFinished(step: 4, .done)),
            (.seconds(39), .batchStarted(3)), (.seconds(39), .stepStarted(step: 8)),
            (.seconds(39), .stepStarted(step: 9)), (.seconds(39), .stepStarted(step: 10)),
            (.seconds(40), .stepFinished(step: 8, .done)), (.seconds(40), .stepFinished(step: 9, .done)),
            (.seconds(50), .stepFinished(step: 10, .done)), (.seconds(50), .finished(converged)),
        ]

    static let failure: [Moment] =
        beginning + [
            (.seconds(19), .interrupted), (.seconds(20), .stepFinished(step: 7, .done)),
            (.seconds(45), .stepFinished(step: 5, failed.results[5])),
            (.seconds(47), .stepStatus(step: 4, update(.rollingBack, 2, 3, 4))),
            (.seconds(61), .stepFinished(step: 4, failed.results[4])),
            (.seconds(61), .stepFinished(step: 8, failed.results[8])), (.seconds(61), .finished(failed)),
        ]

    static let converged = ApplyReport(
        results: Array(repeating: .done, count: 12),
        outcome: .converged,
        elapsed: .seconds(50)
    )

    static let failed: ApplyReport = {
        var results = [StepResult](repeating: .done, count: 12)
        results[4] = .rolledBack(message: "1 of 2 new instances failed: web.2 ended with SIGKILL", logs: [])
        results[5] = .failed(
            message: "instance worker.1.7c1d ended 3 times within 30s, last with exit status 1",
            help: "see `orchplan logs service/worker`, or raise healthcheck.startPeriod if it only needs longer",
            logs: ["starting worker 1.5.0", "\u{1B}[31mpanic\u{1B}[0m: cannot resolve \"redis\"", "    at main.go:41"]
        )
        results[8] = .skipped(.needs(step: 4))
        results[9] = .skipped(.earlierFailure)
        results[10] = .skipped(.earlierFailure)
        return ApplyReport(results: results, outcome: .failed, elapsed: .seconds(61))
    }()
}
