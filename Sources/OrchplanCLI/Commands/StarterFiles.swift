/// What `init` writes: a service that runs anywhere, with the fields that people look for first.
enum StarterFiles {
    static let all = [("orchplan.yaml", project), ("manifests/hello.yaml", hello), ignored]

    static let ignored = (
        ".gitignore", "# What orchplan records of this project, and what the local driver keeps.\n.orchplan/\n"
    )

    private static let project = """
        # The project: what belongs together, and where it runs.
        manifests: [manifests]

        # local runs services on this machine, without a container engine.
        driver: local

        # Values for ${NAME} in manifests; the environment and --var come before them.
        variables:
          GREETING: hello

        """

    private static let hello = """
        apiVersion: orchplan/v1
        kind: Service
        metadata:
          name: hello
        spec:
          # What runs, on this machine's own programs. PORT is the port to listen on.
          command: [sh, -c, 'mkdir -p /tmp/site && echo "$$TEXT from $$ORCHPLAN_INSTANCE" > /tmp/site/index.html && exec python3 -m http.server --bind 127.0.0.1 --directory /tmp/site "$$PORT"']
          replicas: 2
          environment:
            TEXT: ${GREETING}
          ports:
            # Reached by other services as hello:8000, and from this machine as 127.0.0.1:8000.
            - {name: http, target: 8000, published: 8000}
          healthcheck:
            http: {path: /, port: http}
            interval: 1s
            timeout: 1s
            retries: 2
            startPeriod: 10s
            startInterval: 250ms
          update:
            # One at a time, the new one first; back to what was if the new one fails.
            batch: 1
            order: startFirst
            monitor: 2s
            onFailure: rollback

        """
}
