import Drivers
import ResourceModel
import Testing

@testable import SwarmDriver

/// What is shown of an instance that failed: its last lines, and what its health check said.
@Suite("Last words of instances", .timeLimit(.minutes(1)))
struct LastWordsTests {
    private static func task(_ id: String, _ state: String, template: String, created: Int, container: String) -> String
    {
        """
        {"ID":"\(id)","ServiceID":"s1","Slot":1,"CreatedAt":"2026-11-21T00:00:0\(created)Z","DesiredState":"shutdown",
        "Status":{"State":"\(state)","ContainerStatus":{"ContainerID":"\(container)","ExitCode":1}},
        "Spec":{"ContainerSpec":{"Labels":{"orchplan.template":"\(template)"}}}}
        """
    }

    private static let container = """
        {"State":{"Health":{"Status":"unhealthy","Log":[{"ExitCode":0,"Output":"fine"},
        {"ExitCode":7,"Output":"connection refused\\nsecond line\\n"}]}}}
        """

    private static func frame(_ text: String) -> [UInt8] {
        let bytes = Array("\(text)\n".utf8)
        return [1, 0, 0, 0, 0, 0, 0, UInt8(bytes.count)] + bytes
    }

    /// The rollout went back: the present definition is `old`, and what failed was of `new`.
    private func with(_ body: (FakeSwarm) async throws -> Void) async throws {
        let tasks = [
            Self.task("aaaaaaaaaaaaaa", "failed", template: "old", created: 1, container: "c-old"),
            Self.task("bbbbbbbbbbbbbb", "failed", template: "new", created: 2, container: "c-new"),
            Self.task("cccccccccccccc", "failed", template: "old", created: 3, container: "c-late"),
            Self.task("dddddddddddddd", "running", template: "old", created: 4, container: "c-run"),
        ]
        let lists = ["services": [FakeSwarm.service("s1", "shop_web", template: "old")], "tasks": tasks]
        try await FakeSwarm.with(lists) { _, path in
            switch path {
            case "tasks/bbbbbbbbbbbbbb/logs":
                .stream(contentType: "application/vnd.docker.multiplexed-stream", [Self.frame("no database")], .whole)
            case "tasks/dddddddddddddd/logs":
                .stream(contentType: "application/vnd.docker.multiplexed-stream", [Self.frame("serving")], .whole)
            case "containers/c-new/json": .json(200, Self.container)
            default: path.hasPrefix("tasks/") || path.hasPrefix("containers/c") ? .json(404, "{}") : nil
            }
        } _: {
            try await body($0)
        }
    }

    @Test("the lines, and below them the answer of the health check with its exit status")
    func lines() async throws {
        let words = ["no database", "health check, exit status 7: connection refused", "  second line"]
        try await with { swarm in
            #expect(await swarm.driver.recentLogs(instance: "web.1.bbbbbbbbbbbb", lines: 5) == words)
            #expect(await swarm.driver.recentLogs(instance: "web.1.dddddddddddd", lines: 5) == ["serving"])
        }
    }

    @Test("of a service, and of an instance that said nothing: those of the one for which the rollout went back")
    func wentBack() async throws {
        try await with { swarm in
            #expect(await swarm.driver.recentLogs(instance: "web", lines: 5).first == "no database")
            #expect(await swarm.driver.recentLogs(instance: "web.1.cccccccccccc", lines: 5).first == "no database")
            #expect(await swarm.driver.recentLogs(instance: "api", lines: 5).isEmpty)
        }
    }

    @Test("a check that succeeds has nothing to say, and one that took too long no exit status")
    func probes() throws {
        func lines(_ log: String) throws -> [String] {
            ProbeWords.lines(try CanonicalReader.parse(Array(#"{"State":{"Health":{"Log":[\#(log)]}}}"#.utf8)))
        }
        #expect(try lines("") == [])
        #expect(try lines(#"{"ExitCode":0,"Output":"ok"}"#) == [])
        #expect(try lines(#"{"ExitCode":-1,"Output":"timed out (1s)"}"#) == ["health check: timed out (1s)"])
        #expect(try lines(#"{"ExitCode":1,"Output":""}"#) == ["health check, exit status 1"])
        #expect(try lines(#"{"ExitCode":1,"Output":"a\nb\nc\nd"}"#).count == 3)
    }
}
