import ArgumentParser
import Glibc
import Manifests
import SourceDiagnostics

/// `orchplan init`: a project to start from.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented project file and a first manifest.",
        discussion: "Overwrites nothing and asks nothing.\n\n  orchplan init hello && cd hello && orchplan apply"
    )

    @Argument(help: "The directory; it is made if it is not there.", completion: .directory)
    var directory: String = "."

    @Option(help: "When to use colour: auto, always or never.")
    var color: ColorChoice = .auto

    func run() async throws {
        let terminal = TerminalEnvironment.current(color: color)
        let writer = TerminalWriter(.errors)
        do {
            for (path, text) in StarterFiles.all {
                try Self.write(text, to: "\(directory)/\(path)")
                writer.write([StyledText("wrote \(directory)/\(path)", .dim)], terminal.format(.errors))
            }
            let entry = directory == "." ? "" : "cd \(Escaping.visible(directory)) && "
            writer.write(["start it with: \("\(entry)orchplan apply", .bold)"], terminal.format(.errors))
        } catch let failure as CommandFailure {
            writer.write(failure.view?.text(terminal.format(.errors)) ?? "")
            throw ExitCode(failure.code)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        var built = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/").dropLast() {
            built += part + "/"
            guard mkdir(built, 0o777) == 0 || errno == EEXIST else { throw failure(built) }
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            if errno == EEXIST {
                throw CommandFailure("\(Escaping.visible(path)) is there already", help: "init overwrites nothing")
            }
            throw failure(path)
        }
        defer { close(descriptor) }
        let isWritten = Array(text.utf8)
            .withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
        guard isWritten else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("cannot write \(Escaping.visible(path)): \(String(cString: strerror(errno)))")
    }
}

/// What `init` writes: a service that runs anywhere, with the fields that people look for first.
enum StarterFiles {
    static let all = [("orchplan.yaml", project), ("manifests/hello.yaml", hello), (".gitignore", ignore)]

    private static let ignore =
        "# What orchplan records of this project, and what the local driver keeps.\n.orchplan/\n"

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
