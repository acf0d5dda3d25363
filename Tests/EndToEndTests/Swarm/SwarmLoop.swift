import Foundation
import Testing

/// `orchplan reconcile` under way, and what it has said.
struct SwarmLoop {
    let process: RunningProcess

    /// Runs a body beside a loop that has begun; the loop ends by ^C, with status 0.
    static func with(_ project: Project, _ arguments: String..., body: (SwarmLoop) throws -> Void) throws {
        let loop = SwarmLoop(try project.orchplan.start(["reconcile", "--log-format", "json"] + arguments))
        defer { if loop.process.isRunning { loop.process.send(SIGKILL) } }
        do {
            try eventually("the loop has looked", within: .seconds(60)) {
                loop.count("converged") + loop.count("change.pending") + loop.count("drift.found") > 0
            }
            try body(loop)
        } catch {
            Issue.record("what the loop said:\n\(loop.process.soFar.suffix(4000))")
            throw error
        }
        loop.process.send(SIGINT)
        let output = try loop.process.wait(timeout: .seconds(60))
        #expect(output.status == 0, "\(output.err.suffix(600))")
    }

    private init(_ process: RunningProcess) { self.process = process }

    /// The events of a name, as they were printed.
    func events(_ name: String) -> [Substring] {
        process.soFar.split(separator: "\n").filter { $0.contains("\"event\":\"\(name)\"") }
    }

    func count(_ name: String) -> Int { events(name).count }

    /// Does something to the swarm and waits until the loop has put it right and said that all is as declared.
    func putsRight(_ what: String, after edit: () throws -> Void, when isRight: () throws -> Bool) throws {
        let before = count("converged")
        try edit()
        try eventually("\(what) is put right", within: .seconds(90)) { try count("converged") > before && isRight() }
    }

    /// A figure of the loop's metrics page.
    func figure(_ name: String) -> Int? {
        guard let address = process.soFar.firstMatch(of: #/http://(127\.0\.0\.1:[0-9]+)/metrics/#)?.1 else {
            return nil
        }
        let lines = HTTP.get("http://\(address)/metrics")?.body.split(separator: "\n") ?? []
        let values = lines.filter { $0.hasPrefix(name) }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}
