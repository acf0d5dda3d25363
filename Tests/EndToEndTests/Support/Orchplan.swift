import Foundation
import Testing

/// The built binary, run as a user runs it.
struct Orchplan: Sendable {
    /// What a finished run left behind.
    struct Output: Sendable {
        var status: Int32
        var out: String
        var err: String
        var all: String { out + err }
    }

    var directory: URL
    var environment: [String: String]
    /// Words in front of the command: another user, another limit.
    var prefix: [String] = []
    var binary = Orchplan.binary

    /// The binary beside the tests, or the one that ORCHPLAN_BIN names.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["ORCHPLAN_BIN"] { return URL(fileURLWithPath: path) }
        return Repository.root.appendingPathComponent(".build/debug/orchplan")
    }()

    @discardableResult
    func callAsFunction(
        _ arguments: String...,
        input: String? = nil,
        environment extra: [String: String] = [:],
        timeout: Duration = .seconds(120)
    ) throws -> Output {
        try start(arguments, input: input, environment: extra).wait(timeout: timeout)
    }

    /// Starts without waiting, for tests that interfere.
    func start(
        _ arguments: [String],
        input: String? = nil,
        environment extra: [String: String] = [:]
    ) throws -> RunningProcess {
        let words = prefix + [binary.path] + arguments
        return try RunningProcess(
            words,
            directory: directory,
            environment: environment.merging(extra) { $1 },
            input: input
        )
    }
}

/// A process under way whose output is collected in files, so that it never blocks on a full pipe.
final class RunningProcess: Sendable {
    private let process: ChildProcess
    private let words: [String]
    private let outPath: URL
    private let errPath: URL

    init(_ words: [String], directory: URL, environment: [String: String], input: String?) throws {
        let scratch = FileManager.default.temporaryDirectory
        outPath = scratch.appendingPathComponent(UUID().uuidString + ".out")
        errPath = scratch.appendingPathComponent(UUID().uuidString + ".err")
        self.words = words
        for path in [outPath, errPath] { try Data().write(to: path) }
        var inputPath = "/dev/null"
        if let input {
            let path = scratch.appendingPathComponent(UUID().uuidString + ".in")
            try input.write(to: path, atomically: true, encoding: .utf8)
            inputPath = path.path
        }
        process = try ChildProcess(
            words,
            directory: directory.path,
            environment: environment,
            files: (inputPath, outPath.path, errPath.path)
        )
    }

    var pid: Int32 { process.pid }
    var isRunning: Bool { process.isRunning }
    var soFar: String { text(outPath) + text(errPath) }

    func send(_ signal: Int32) {
        if isRunning { kill(pid, signal) }
    }

    func wait(timeout: Duration = .seconds(120)) throws -> Orchplan.Output {
        let deadline = ContinuousClock.now + timeout
        while process.isRunning, ContinuousClock.now < deadline { usleep(5000) }
        if process.isRunning {
            send(SIGKILL)
            _ = process.waitUntilExit()
            throw TestFailure("still running after \(timeout): \(words)\n\(soFar)")
        }
        let status = process.waitUntilExit()
        defer { for path in [outPath, errPath] { try? FileManager.default.removeItem(at: path) } }
        return Orchplan.Output(status: status, out: text(outPath), err: text(errPath))
    }

    private func text(_ path: URL) -> String { (try? String(contentsOf: path, encoding: .utf8)) ?? "" }
}

/// Why a test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// Polls until the condition holds; throws with the description when it does not in time.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(20),
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try condition() { return }
        usleep(20_000)
    }
    throw TestFailure("not so after \(limit): \(what)")
}
