import Foundation
import Testing

/// A project folder of a test's own; everything it started is gone when the test ends.
final class Project: @unchecked Sendable {
    let directory: URL
    let port: Int
    var orchplan: Orchplan

    /// Makes a folder with these files and a free HTTP port in `HTTP_PORT`.
    init(_ files: [String: String] = [:], prefix: [String] = []) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "orchplan-e2e-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try Ports.free()
        orchplan = Orchplan(
            directory: directory,
            environment: [
                "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": directory.path, "LANG": "C.UTF-8",
                "HTTP_PORT": "\(port)",
            ],
            prefix: prefix
        )
        for (path, text) in files { try write(path, text) }
    }

    /// The example system of the repository, in a folder of its own.
    static func example() throws -> Project {
        let project = try Project()
        for item in ["manifests", "orchplan.yaml"] {
            try FileManager.default.copyItem(
                at: Repository.root.appendingPathComponent(item),
                to: project.directory.appendingPathComponent(item)
            )
        }
        return project
    }

    /// A project of an ordinary user, with the program in its folder: the checkout may lie where nobody else may look.
    ///
    /// - Parameter owned: Whether the folder is that user's own; otherwise it may only be read.
    static func ofNobody(_ files: [String: String], owned: Bool = true) throws -> Project {
        let project = try Project(files, prefix: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
        let binary = project.directory.appendingPathComponent("orchplan-program")
        try FileManager.default.copyItem(at: Orchplan.binary, to: binary)
        project.orchplan.binary = binary
        if owned { try project.giveAway(to: 65534) }
        return project
    }

    func write(_ path: String, _ text: String) throws {
        let url = directory.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOf: directory.appendingPathComponent(path), encoding: .utf8)
    }

    func edit(_ path: String, _ old: String, _ new: String) throws {
        let text = try read(path)
        guard text.contains(old) else { throw TestFailure("\(path) does not contain \(old)") }
        try write(path, text.replacingOccurrences(of: old, with: new))
    }

    /// Runs lines of a shell in the folder, with a git that commits as somebody.
    func git(_ script: String) throws {
        let name = "git -c user.name=t -c user.email=t@example.com -c commit.gpgsign=false"
        let run = try RunningProcess(
            ["sh", "-euc", "git() { command \(name) \"$@\"; }; \(script)"],
            directory: directory,
            environment: orchplan.environment,
            input: nil
        )
        .wait()
        #expect(run.status == 0, "\(run.all)")
    }

    /// Makes the whole folder another user's.
    func giveAway(to user: Int) throws {
        try FileManager.default.setAttributes(
            [.ownerAccountID: user, .groupOwnerAccountID: user],
            ofItemAtPath: directory.path
        )
        for case let url as URL in FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
            ?? .init()
        {
            try FileManager.default.setAttributes(
                [.ownerAccountID: user, .groupOwnerAccountID: user],
                ofItemAtPath: url.path
            )
        }
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent(path).path)
    }

    /// Processes whose command line names this project's folder.
    func processes() -> [(pid: Int32, command: String)] {
        let name = directory.lastPathComponent
        return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [])
            .compactMap { entry in
                guard let pid = Int32(entry), pid != getpid(),
                    let data = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
                else { return nil }
                let command = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
                return command.contains(name) ? (pid, command) : nil
            }
    }

    /// Whether the process runs what it ran when it was found.
    func isStill(_ process: (pid: Int32, command: String)) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process.pid)/cmdline") else { return false }
        return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\0", with: " ") == process.command
    }

    /// The agent of this project.
    func agentPID() throws -> Int32 {
        guard let found = processes().first(where: { $0.command.contains(" agent ") }) else {
            throw TestFailure("no agent: \(processes())")
        }
        return found.pid
    }

    /// Takes everything down, by force where asking nicely did not do.
    func tearDown() {
        _ = try? orchplan("destroy", "--yes", "--delete-volumes", timeout: .seconds(60))
        for process in processes() { kill(process.pid, SIGKILL) }
        try? FileManager.default.removeItem(at: directory)
    }

    /// Runs a test's body and tears down whatever happens.
    static func with(_ project: Project, _ body: (Project) throws -> Void) throws {
        defer { project.tearDown() }
        do { try body(project) } catch {
            Issue.record("state at the failure:\n\((try? project.orchplan("status").all) ?? "")")
            throw error
        }
    }
}

/// Host ports for tests.
enum Ports {
    static func free() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw TestFailure("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
