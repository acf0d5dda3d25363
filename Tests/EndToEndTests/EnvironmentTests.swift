import Foundation
import Testing

/// Environments of one project run beside each other and touch nothing of each other.
@Suite("Environments are systems of their own", .serialized)
struct EnvironmentTests {
    private static let project = """
        project: shop
        environments:
          prod:
            variables: {TEXT: production, WEB_PORT: "${HTTP_PORT}"}
          side: {driver: simulated}
        variables: {TEXT: plain}
        """
    private static let web = """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
          image: example/web:1
          command: [sh, -c, 'echo "$$TEXT $$(ls .orchplan | wc -l)" > /tmp/index.html; exec python3 -m http.server --bind 127.0.0.1 --directory /tmp $$PORT']
          environment: {TEXT: "${TEXT}"}
          ports: [{name: http, target: 8000, published: "${WEB_PORT}"}]
          healthcheck: {http: {path: /, port: http}, interval: 1s, timeout: 1s, startPeriod: 10s, startInterval: 200ms}
        """

    private func make() throws -> (project: Project, other: Int) {
        let other = try Ports.free()
        let files = [
            "orchplan.yaml": Self.project.replacingOccurrences(of: "${HTTP_PORT}", with: "\(other)"),
            "manifests/web.yaml": Self.web,
        ]
        return (try Project(files), other)
    }

    @Test("two run side by side with a state, an agent and an address each; one's ports are the other's finding")
    func sideBySide() throws {
        let (project, other) = try make()
        try Project.with(project) { project in
            defer { _ = try? project.orchplan("destroy", "--yes", "--env", "prod") }
            let port = ["--var", "WEB_PORT=\(project.port)"]
            let plain = try project.orchplan.start(["apply", "--yes"] + port).wait()
            #expect(plain.status == 0, "\(plain.all)")

            // The same port is refused while planning, and whose it is stands there.
            let taken = try project.orchplan.start(["plan", "-e", "prod"] + port).wait()
            #expect(taken.status == 1)
            #expect(taken.out.contains("OP3005") && taken.out.contains("the project in \(project.directory.path)"))

            let prod = try project.orchplan("-e", "prod", "apply", "--yes")
            #expect(prod.status == 0, "\(prod.all)")
            #expect(prod.out.contains("service/web will be created"), "\(prod.out)")
            #expect(project.exists(".orchplan/environments/prod/state.db"))
            #expect(project.exists(".orchplan/environments/prod/local/agent.sock"))
            try eventually("the environment answers") {
                HTTP.get("http://127.0.0.1:\(other)/")?.body == "production 0\n"
            }
            #expect(HTTP.get("http://127.0.0.1:\(project.port)/")?.body == "plain 0\n")
            #expect(try project.orchplan.start(["diff"] + port).wait().status == 0)
            #expect(try project.orchplan("diff", "--env", "prod").status == 0)
            #expect(try addresses(project, []).isDisjoint(with: addresses(project, ["--env", "prod"])))
            let back = try project.orchplan.start(["plan", "--var", "WEB_PORT=\(other)"]).wait()
            #expect(back.out.contains("the environment prod in \(project.directory.path)"), "\(back.out)")

            // Taking one down leaves the other alone.
            #expect(try project.orchplan("destroy", "--yes").status == 0)
            #expect(HTTP.get("http://127.0.0.1:\(other)/")?.status == 200)
            let again = try project.orchplan("destroy", "--yes")
            #expect(again.status == 0 && again.out.contains("nothing to destroy"), "\(again.all)")
        }
    }

    /// Every loopback address that the services of an environment have.
    private func addresses(_ project: Project, _ flags: [String]) throws -> Set<String> {
        let text = try project.orchplan.start(["state", "show", "web", "--format", "json"] + flags).wait().out
        let found = text.split { !($0.isNumber || $0 == ".") }.filter { $0.hasPrefix("127.77.") }
        try #require(!found.isEmpty, "\(text)")
        return Set(found.map(String.init))
    }

    @Test("a saved plan is applied in its environment alone; the owner and the next command name it")
    func savedPlans() throws {
        let (project, _) = try make()
        try Project.with(project) { project in
            let port = ["--var", "WEB_PORT=\(project.port)"]
            let planned = try project.orchplan.start(["plan", "--env", "side", "--out", "x.plan"] + port).wait()
            #expect(planned.err.contains("orchplan apply --env side x.plan"), "\(planned.err)")
            _ = try project.orchplan.start(["plan", "--out", "y.plan", "--driver", "simulated"] + port).wait()
            let wrong = try project.orchplan("apply", "x.plan", "--driver", "simulated")
            #expect(wrong.status == 3, "\(wrong.all)")
            let right = try project.orchplan("apply", "--env", "side", "x.plan")
            #expect(right.status == 0, "\(right.all)")
            #expect(
                try project.orchplan("state", "list", "--env", "side", "--format", "json").out.contains("shop@side")
            )
            // A cluster that is tried out in an environment has a record beside the environment's.
            #expect(project.exists(".orchplan/environments/side/state.db"))
            #expect(project.exists(".orchplan/state-simulated.db"))
            #expect(try project.orchplan("state", "list", "--env", "prod").err.contains("orchplan apply --env prod"))
        }
    }
}
