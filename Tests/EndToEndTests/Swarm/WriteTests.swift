import Foundation
import Testing

/// What the built binary asks of a real engine, counted.
@Suite("Calls to a swarm", .serialized, SwarmEngine.isWanted)
struct WriteTests {
    /// Without instances: definitions are what is counted.
    private static func services(_ count: Int, changed: Int? = nil, spelled: Int? = nil) -> String {
        (0..<count)
            .map { number in
                var text = SwarmEngine.service("s\(number)", "replicas: 0", "networks: [front]")
                if number == changed { text += "  environment: {CHANGED: 'yes'}\n" }
                // As it is anyway.
                if number == spelled { text += "  # a word\n  mode: replicated\n  environment: {}\n" }
                return text
            }
            .joined()
    }

    @Test("what is there is never sent again: nothing by a second apply, one update for one change of fifty services")
    func writes() throws {
        let engine = try SwarmEngine.started()
        let socket = try CountingSocket(before: engine.socket)
        defer { socket.close() }
        let network = "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: front}\n"
        let project = try Project([
            "orchplan.yaml": "project: writes\ndriver: swarm\n", "manifests/0.yaml": network,
            "manifests/all.yaml": Self.services(50),
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(socket.path)"
        try Project.with(project) { project in
            let apply = { try project.orchplan("apply", "--yes", "--batch", "100") }
            let first = try apply()
            try #require(first.status == 0, "\(first.all)")
            let made = socket.takeWrites()
            #expect(made.count { $0 == "POST /services/create" } == 50 && made.count == 51, "\(made)")

            #expect(try apply().status == 0)
            let asked = socket.take()
            #expect(asked.allSatisfy { $0.hasPrefix("GET ") }, "\(asked)")
            #expect(!asked.isEmpty && asked.count < 20, "as many calls for fifty services as for one: \(asked)")
            let repaired = try project.orchplan("reconcile", "--once", "--repair")
            #expect(repaired.status == 0 && socket.takeWrites() == [], "\(repaired.all)")

            try project.write("manifests/all.yaml", Self.services(50, changed: 7))
            let change = try apply()
            let changed = socket.takeWrites()
            #expect(change.status == 0 && changed.count == 1, "\(changed) \(change.all)")
            #expect(changed.allSatisfy { $0.hasPrefix("POST /services/") && $0.hasSuffix("/update") }, "\(changed)")

            try project.write("manifests/all.yaml", Self.services(50, changed: 7, spelled: 8))
            let spelled = try apply()
            #expect(spelled.status == 0 && socket.takeWrites() == [], "\(spelled.all)")
        }
    }
}
