import Foundation
import Testing

/// `logs --follow` while agents die and instances are replaced.
@Suite("Following logs", .serialized)
struct LogFollowTests {
    private static let counter = """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: count}
        spec:
          command: [sh, -c, 'i=0; while :; do i=$$((i+1)); echo "${WORD} $$i"; sleep 0.05; done']
          update: {monitor: 500ms}
        """

    @Test("goes on over a killed agent without a lost or doubled line, follows a rollout, and ends on ^C")
    func killedAgent() throws {
        try Project.with(try Project(["orchplan.yaml": "project: demo\n", "manifests/count.yaml": Self.counter])) {
            project in
            let first = try project.orchplan("apply", "--yes", "--var", "WORD=one")
            #expect(first.status == 0, "\(first.all)")
            let follower = try project.orchplan.start(["logs", "--follow", "--tail", "100000"])
            try eventually("lines come") { follower.soFar.contains("one 10\n") }
            kill(try project.agentPID(), SIGKILL)
            try eventually("the loss is told") { follower.soFar.contains("the agent is gone") }
            usleep(700_000)
            #expect(try project.orchplan("status").status == 0)
            try eventually("it goes on") { follower.soFar.contains("the agent is there again") }
            let told = follower.soFar.components(separatedBy: "one ").count
            try eventually("lines come again") { follower.soFar.components(separatedBy: "one ").count > told + 5 }
            let applied = try project.orchplan("apply", "--yes", "--var", "WORD=two")
            #expect(applied.status == 0, "\(applied.all)")
            try eventually("the new instance is followed") { follower.soFar.contains("two 40\n") }
            follower.send(SIGINT)
            let end = try follower.wait(timeout: .seconds(10))
            for word in ["one", "two"] {
                let numbers = end.out.split(separator: "\n")
                    .compactMap { line in
                        line.range(of: "\(word) ").flatMap { Int(line[$0.upperBound...]) }
                    }
                #expect(numbers.count > 30 && numbers == Array(1...numbers.count), "\(word): \(numbers)")
            }
            #expect(end.err.components(separatedBy: "the agent is gone").count == 2, "\(end.err)")
        }
    }
}
