import Foundation

/// A client that is as plain as curl: one connection a request.
enum HTTP {
    struct Answer {
        var status: Int
        var body: String
    }

    static func get(_ url: String, timeout: Int = 5) -> Answer? {
        let words = ["curl", "-s", "-m", "\(timeout)", "-w", "\n%{http_code}", url]
        let directory = FileManager.default.temporaryDirectory
        let process = try? RunningProcess(words, directory: directory, environment: ["PATH": "/usr/bin"], input: nil)
        guard let text = try? process?.wait(timeout: .seconds(timeout + 30)).out else { return nil }
        guard let newline = text.lastIndex(of: "\n"), let status = Int(text[text.index(after: newline)...]), status > 0
        else { return nil }
        return Answer(status: status, body: String(text[..<newline]))
    }
}

/// Asks a URL over and over in the background and counts what does not answer 200.
final class ConstantLoad: @unchecked Sendable {
    private let lock = NSLock()
    private var running = true
    private var answered = 0
    private var failures: [String] = []
    private var bodies: Set<String> = []
    private let done = DispatchSemaphore(value: 0)

    init(_ url: String) {
        Thread.detachNewThread { [self] in
            while lock.withLock({ running }) {
                let answer = HTTP.get(url)
                lock.withLock {
                    if let answer, answer.status == 200 {
                        answered += 1
                        bodies.insert(answer.body)
                    } else {
                        failures.append(answer.map { "\($0.status) \($0.body)" } ?? "no answer")
                    }
                }
            }
            done.signal()
        }
    }

    /// Stops and returns what happened.
    func stop() -> (answered: Int, failures: [String], bodies: Set<String>) {
        lock.withLock { running = false }
        done.wait()
        return (answered, failures, bodies)
    }
}
