import Foundation
import Testing

extension SwarmTests {
    /// `docker service create` with the labels of another one.
    private static func copy(of service: String, as name: String, _ engine: SwarmEngine, _ more: String...) throws {
        let labels = try engine.docker(
            "service",
            "inspect",
            "--format",
            "{{range $key, $value := .Spec.Labels}}{{$key}}={{$value}}\n{{end}}",
            service
        )
        var words = ["docker", "service", "create", "--detach", "--name", name]
        for label in labels.split(separator: "\n") { words += ["--label", String(label)] }
        let result = try SwarmEngine.run(
            words + more + ["orchplan/test:2"],
            environment: ["DOCKER_HOST": "unix://\(engine.socket)"]
        )
        guard result.status == 0 else { throw TestFailure("\(words): \(result.err)") }
    }

    @Test("a service with copies of our labels is told of and never touched, also where ours is gone")
    func copies() throws {
        let files = ["manifests/web.yaml": SwarmEngine.service("web", "update: {monitor: 100ms}")]
        try Self.with("copied", files) { project, engine in
            try #require(try project.orchplan("apply", "--yes").status == 0)
            try Self.copy(of: "copied_web", as: "aaa-copy", engine)
            defer { _ = try? engine.docker("service", "rm", "aaa-copy") }
            let version = { try engine.docker("service", "inspect", "--format", "{{.Version.Index}}", "aaa-copy") }
            try eventually("it runs") {
                try engine.docker("service", "ls", "--filter", "name=aaa-copy", "--format", "{{.Replicas}}") == "1/1"
            }
            let before = try version()
            let plan = try project.orchplan("plan", "--detailed-exitcode")
            #expect(plan.status == 0 && plan.out.contains("OP3108") && plan.out.contains("aaa-copy"), "\(plan.all)")
            let status = try project.orchplan("status", "--exit-code")
            #expect(
                status.status == 0 && status.out.contains("service aaa-copy (labels of service/web)"),
                "\(status.all)"
            )

            try project.edit("manifests/web.yaml", "orchplan/test:1", "orchplan/test:2")
            let changed = try project.orchplan("apply", "--yes")
            #expect(changed.status == 0, "\(changed.all)")
            let image = "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
            #expect(try engine.docker("service", "inspect", "--format", image, "copied_web") == "orchplan/test:2")
            try engine.docker("service", "rm", "copied_web")
            let again = try project.orchplan("apply", "--yes")
            #expect(again.status == 0 && again.all.contains("service/web"), "\(again.all)")
            #expect(try engine.docker("service", "inspect", "--format", image, "copied_web") == "orchplan/test:2")
            let gone = try project.orchplan("destroy", "--yes")
            #expect(gone.status == 0, "\(gone.all)")
            #expect(try version() == before)
        }
    }

    @Test("what strangers hold is not waited for: the error says who, within seconds")
    func held() throws {
        let web = SwarmEngine.service("web", "networks: [front]", "mounts: ['data:/data']", "update: {monitor: 100ms}")
        let objects = Manifest.of("Network", "front", "{attachable: true}") + Manifest.of("Volume", "data")
        try Self.with("held", ["manifests/all.yaml": objects + web]) { project, engine in
            try #require(try project.orchplan("apply", "--yes").status == 0)
            try engine.docker(
                "run",
                "--detach",
                "--name",
                "box",
                "--network",
                "held_front",
                "--volume",
                "held_data:/d",
                "orchplan/test:1"
            )
            defer { _ = try? engine.docker("rm", "--force", "box") }
            let began = ContinuousClock.now
            let refused = try project.orchplan("destroy", "--yes", "--delete-volumes")
            #expect(refused.status == 1 && refused.all.contains("network/front is in use by the container box"))
            #expect(refused.all.contains("volume/data is in use by the container box"), "\(refused.all)")
            #expect(ContinuousClock.now - began < .seconds(45), "each would be waited for a minute")
            try engine.docker("rm", "--force", "box")
            let gone = try project.orchplan("destroy", "--yes", "--delete-volumes")
            #expect(gone.status == 0, "\(gone.all)")
            #expect(try engine.everything(of: "held") == [])
        }
    }
}
