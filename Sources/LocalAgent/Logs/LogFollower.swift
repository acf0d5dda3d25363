import Glibc

/// One reader's way through a log that is being written.
actor LogFollower {
    private static let pause = Duration.milliseconds(150)

    private let folder: String
    private let wanted: Int
    private let since: String?
    private var position: LogPosition
    private var hasBegun = false

    init(_ path: String, lines wanted: Int, since: String?) {
        folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        self.wanted = wanted
        self.since = since
        position = LogPosition(path: path)
    }

    /// What was written since the last call, at least a line; nil when the directory is gone or the task is cancelled.
    func next() async -> [LogLine]? {
        if !hasBegun {
            hasBegun = true
            let lines = position.moveToEnd(lines: wanted, since: since)
            if !lines.isEmpty { return lines }
        }
        while !Task.isCancelled {
            // Looked at before the last reading: what is written until the directory goes is not lost.
            let isThere = access(folder, F_OK) == 0
            let lines = position.newLines()
            if !lines.isEmpty { return lines }
            guard isThere else { break }
            try? await Task.sleep(for: Self.pause)
        }
        return nil
    }
}
