import ArgumentParser
import Glibc
import Manifests
import SourceDiagnostics

/// `orchplan init`: a project to start from.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented project file and a first manifest.",
        discussion: """
            Overwrites nothing and asks nothing. With --driver swarm the service runs an image on a Docker Swarm.

              orchplan init hello && cd hello && orchplan apply
              orchplan init --driver swarm shop
            """
    )

    @Argument(help: "The directory; it is made if it is not there.", completion: .directory)
    var directory: String = "."

    @Option(help: ArgumentHelp("What is to run it: local or swarm.", valueName: "name"))
    var driver: String = "local"

    @Option(help: "When to use colour: auto, always or never.")
    var color: ColorChoice = .auto

    func run() async throws {
        let terminal = TerminalEnvironment.current(color: color)
        let writer = TerminalWriter(.errors)
        do {
            for (path, text) in try starter() {
                try Self.write(text, to: "\(directory)/\(path)")
                writer.write([StyledText("wrote \(directory)/\(path)", .dim)], terminal.format(.errors))
            }
            let entry = directory == "." ? "" : "cd \(Escaping.visible(directory)) && "
            let first = driver == "swarm" ? "look at what it would make" : "start it"
            let command = driver == "swarm" ? "plan" : "apply"
            writer.write(["\(first) with: \("\(entry)orchplan \(command)", .bold)"], terminal.format(.errors))
        } catch let failure as CommandFailure {
            writer.write(failure.view?.text(terminal.format(.errors)) ?? "")
            throw ExitCode(failure.code)
        }
    }

    private func starter() throws(CommandFailure) -> [(String, String)] {
        switch driver {
        case "local": return StarterFiles.all
        case "swarm":
            let here = DiskFiles().canonical(directory) ?? directory
            let name = here == "/" ? "project" : here.split(separator: "/").last.map(String.init) ?? "project"
            return StarterFiles.swarm(project: ProjectSettings.sanitised(name))
        default:
            throw CommandFailure(
                "a project starts with the driver local or swarm, not with \(Escaping.visible(driver))",
                code: ExitStatus.usage
            )
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
