extension StarterFiles {
    /// A service on a Docker Swarm, with the fields that keep it up while it changes.
    static func swarm(project: String) -> [(String, String)] {
        [("orchplan.yaml", swarmProject(project)), ("manifests/web.yaml", web), ignored]
    }

    private static func swarmProject(_ name: String) -> String {
        """
        # The project: what belongs together, and where it runs. Objects in the swarm are called PROJECT_NAME.
        project: \(name)
        manifests: [manifests]

        # The manager that Docker's own client would talk to; another one with `driver: {name: swarm, host: …}`.
        driver: swarm

        # Values for ${NAME} in manifests; the environment and --var come before them.
        variables:
          WEB_TAG: 1.27-alpine

        """
    }

    private static let web = """
        apiVersion: orchplan/v1
        kind: Service
        metadata:
          name: web
        spec:
          # A tag is pinned to the content that it stands for when it is planned.
          image: nginx:${WEB_TAG}
          replicas: 2
          ports:
            # Open on every node, and led to a healthy instance.
            - {name: http, target: 80, published: 8080}
          # Services on a common network find each other by name.
          networks: [front]
          # A command inside the container; an update goes on when it succeeds.
          healthcheck:
            command: [wget, -q, -O, /dev/null, "http://127.0.0.1/"]
            interval: 10s
            timeout: 3s
            retries: 3
            startPeriod: 10s
          resources:
            limits: {cpus: 0.5, memory: 128MiB}
            reservations: {memory: 32MiB}
          update:
            # One at a time, the new one first; back to what was if the new one fails.
            batch: 1
            order: startFirst
            monitor: 10s
            onFailure: rollback
          restart: {condition: any, delay: 5s}
        ---
        apiVersion: orchplan/v1
        kind: Network
        metadata: {name: front}

        """
}
