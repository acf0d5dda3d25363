import Drivers
import ResourceModel

/// Reads the project's services again and again, and asks the engine for no more than may be new.
///
/// The engine has to start containers with the same processors. So asking takes a tenth of the time at most, and tasks,
/// which are most of an answer, are read only when there may be something new about them: `/services` alone tells what
/// was defined, how a rollout goes, and how many tasks run. While all of that stays as it was, tasks are read once in a
/// while. What moves without ever having run, such as a task that cannot start, is seen that much later.
actor RepeatedReader {
    private let reader: ServiceReader
    private let time: any TimeSource
    private var last = ServiceAnswers(project: "")
    private var services = Question()
    private var tasks = Question()
    private var nodes = Question()

    /// How old tasks and nodes may be while nothing is told of them; the most that is waited before a question.
    private static let age = Duration.seconds(1)
    /// A question that took a while is not asked again for so many times that while.
    private static let share = 9

    /// A question that is asked again and again.
    private struct Question {
        var answeredAt: Duration?
        var took = Duration.zero

        /// How long it is not to be asked again; below zero: it may be.
        func rest(_ now: Duration) -> Duration {
            answeredAt.map { min(took * RepeatedReader.share, RepeatedReader.age) - (now - $0) } ?? .zero
        }

        func isOld(_ now: Duration) -> Bool { answeredAt.map { now - $0 >= RepeatedReader.age } ?? true }

        mutating func answered(from began: Duration, to now: Duration) { (answeredAt, took) = (now, now - began) }
    }

    init(_ reader: ServiceReader, time: any TimeSource = SystemTime()) {
        self.reader = reader
        self.time = time
    }

    /// What the engine says of the services, their tasks and the nodes; tasks may be a second old where nothing says
    /// that they moved.
    func answers() async throws(EngineError) -> ServiceAnswers {
        let rest = services.rest(time.now)
        if rest > .zero { try? await time.sleep(for: rest) }
        var began = time.now
        let found = try await reader.found()
        services.answered(from: began, to: time.now)
        guard !found.isEmpty else {
            (last, tasks, nodes) = (ServiceAnswers(project: reader.project), Question(), Question())
            return last
        }
        guard isNews(found) else { return last }
        began = time.now
        var fresh = ServiceAnswers(project: reader.project, services: found, nodes: last.nodes)
        fresh.host = reader.host
        fresh.tasks = try await reader.tasks(of: found)
        tasks.answered(from: began, to: time.now)
        if nodes.isOld(time.now) {
            fresh.nodes = try await reader.nodes()
            nodes.answered(from: began, to: time.now)
        }
        last = fresh
        return fresh
    }

    /// Whether tasks are to be read: at once when a definition or a rollout changed, soon when tasks began or ended.
    private func isNews(_ found: [CanonicalValue]) -> Bool {
        guard Self.versions(found) == Self.versions(last.services) else { return true }
        return found == last.services ? tasks.isOld(time.now) : tasks.rest(time.now) <= .zero
    }

    private static func versions(_ services: [CanonicalValue]) -> [CanonicalValue?] {
        services.flatMap { [$0["ID"], $0["Version"]] }
    }
}
