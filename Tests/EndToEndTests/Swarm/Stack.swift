import Foundation
import Testing

/// A stack that `docker stack deploy` made, and the manifests of somebody who wants to go on with orchplan.
enum Stack {
    /// Runs a body with a stack of three services on the engine, and removes both whatever happens.
    static func with(_ name: String, _ body: (Project, SwarmEngine) throws -> Void) throws {
        let engine = try SwarmEngine.started()
        let port = try Ports.free()
        let project = try Project([
            "orchplan.yaml": "project: \(name)\ndriver: swarm\n", "stack.yaml": stack(port), "token.txt": "hunter2",
            "motd.txt": "hello\n", "manifests/objects.yaml": objects, "manifests/web.yaml": web(port),
            "manifests/api.yaml": api, "manifests/tick.yaml": tick,
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(engine.socket)"
        try Project.with(project) { project in
            defer { remove(name, engine) }
            let file = project.directory.appendingPathComponent("stack.yaml").path
            try engine.docker("stack", "deploy", "--resolve-image", "never", "-c", file, name)
            try eventually("the stack runs", within: .seconds(60)) { try engine.tasks(of: name).count == 4 }
            try body(project, engine)
        }
    }

    private static func remove(_ name: String, _ engine: SwarmEngine) {
        // Older clients have no way to wait for it.
        _ = try? engine.docker("stack", "rm", name)
        try? eventually("its volume is let go") {
            (try? engine.docker("volume", "rm", "--force", "\(name)_data")) != nil
        }
    }

    private static func stack(_ port: Int) -> String {
        """
        version: "3.8"
        services:
          web:
            image: orchplan/test:1
            stop_grace_period: 1s
            environment: {MODE: calm, EMPTY: ""}
            networks: {front: {aliases: [www]}}
            ports: ["\(port):80"]
            secrets: [token]
            configs: [{source: motd, target: /etc/motd}]
            deploy: {replicas: 2, update_config: {order: start-first, monitor: 500ms}}
          api:
            image: orchplan/test:1
            stop_grace_period: 1s
            command: [sh, -c, "exec sleep 1000"]
            volumes: ["data:/data"]
            networks: [front]
            configs: [motd]
            healthcheck: {test: [CMD, "true"], interval: 2s, retries: 2}
            deploy:
              update_config: {parallelism: 2, monitor: 500ms, failure_action: rollback}
              resources: {limits: {memory: 64M, cpus: "0.5"}}
              restart_policy: {condition: on-failure, delay: 1s, max_attempts: 3}
          tick:
            image: orchplan/test:1
            stop_grace_period: 1s
            command: ["sh", "-c", "while :; do echo tick; sleep 1; done"]
            labels: {purpose: noise}
            deploy: {labels: {team: core}}
        networks: {front: {}}
        volumes: {data: {}}
        secrets: {token: {file: token.txt}}
        configs: {motd: {file: motd.txt}}

        """
    }

    /// As one would write it down at first: everything the project's own.
    private static let objects = [
        Manifest.of("Network", "front"), Manifest.of("Network", "default", "{external: true, name: none}"),
        Manifest.of("Volume", "data"), Manifest.of("Secret", "token", "{file: ../token.txt}"),
        Manifest.of("Config", "motd", "{file: ../motd.txt}"),
    ]
    .joined()

    /// As an import says that it must be written.
    static func externals(_ name: String, config: String = "file: ../motd.txt") -> String {
        objects
            .replacingOccurrences(
                of: "metadata: {name: front}\n",
                with: "metadata: {name: front}\nspec: {external: true, name: \(name)_front}\n"
            )
            .replacingOccurrences(of: "name: none", with: "name: \(name)_default")
            .replacingOccurrences(
                of: "metadata: {name: data}\n",
                with: "metadata: {name: data}\nspec: {external: true, name: \(name)_data}\n"
            )
            .replacingOccurrences(of: "{file: ../token.txt}", with: "{external: true, name: \(name)_token}")
            .replacingOccurrences(of: "{file: ../motd.txt}", with: "{\(config)}")
    }

    private static func web(_ port: Int) -> String {
        SwarmEngine.service(
            "web",
            "replicas: 2",
            "environment: {MODE: calm, EMPTY: \"\"}",
            "networks: [{network: front, aliases: [www]}]",
            "ports: ['\(port):80']",
            "secrets: [token]",
            "configs: [{source: motd, target: /etc/motd}]",
            "update: {order: startFirst, monitor: 500ms}"
        )
    }

    private static let api = SwarmEngine.service(
        "api",
        "command: [sh, -c, 'exec sleep 1000']",
        "mounts: ['data:/data']",
        "networks: [front]",
        "configs: [motd]",
        "healthcheck: {command: ['true'], interval: 2s, retries: 2}",
        "update: {batch: 2, monitor: 500ms, onFailure: rollback}",
        "resources: {limits: {memory: 64MiB, cpus: 0.5}}",
        "restart: {condition: onFailure, delay: 1s, maxAttempts: 3}"
    )

    private static let tick = SwarmEngine.service(
        "tick",
        "command: [sh, -c, 'while :; do echo tick; sleep 1; done']",
        "networks: [default]",
        "containerLabels: {purpose: noise}",
        "labels: {team: core}"
    )
}

extension SwarmEngine {
    /// The tasks of a stack or project that run: `NAME.SLOT ID`, in order.
    func tasks(of name: String) throws -> [String] {
        let services = try docker("service", "ls", "--quiet", "--filter", "name=\(name)_").split(separator: "\n")
        guard !services.isEmpty else { return [] }
        var words = ["docker", "service", "ps", "--no-trunc", "--filter", "desired-state=running", "--format"]
        words += ["{{.Name}} {{.ID}} {{.CurrentState}}"] + services.map(String.init)
        let result = try Self.run(words, environment: ["DOCKER_HOST": "unix://\(socket)"])
        guard result.status == 0 else { throw TestFailure("docker service ps: \(result.err)") }
        return result.out.split(separator: "\n").filter { $0.contains(" Running ") }
            .map { $0.split(separator: " ").prefix(2).joined(separator: " ") }.sorted()
    }
}
