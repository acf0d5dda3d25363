import Foundation
import Testing

@Suite("The sources are tidy")
struct TidyTests {
    @Test("no source file is longer than 400 lines")
    func filesAreShort() throws {
        for file in try Repository.swiftFiles(below: "Sources") {
            let lines = try String(contentsOf: file, encoding: .utf8)
                .split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                )
                .count
            #expect(lines <= 400, "\(file.lastPathComponent) has \(lines) lines: which two purposes does it have?")
        }
    }

    @Test("nothing on a path that input can reach traps")
    func nothingTraps() throws {
        let traps = #/\b(fatalError|preconditionFailure|precondition)\(|\btry!|\bas! /#
        for file in try Repository.swiftFiles(below: "Sources") {
            for (number, line) in try String(contentsOf: file, encoding: .utf8)
                .split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                )
                .enumerated() where line.contains(traps) && !line.drop(while: \.isWhitespace).hasPrefix("//")
            {
                Issue.record("\(file.lastPathComponent):\(number + 1): \(line)")
            }
        }
    }

    @Test("only the command line's own rooms print")
    func onlyTheCommandLinePrints() throws {
        let prints = #/(^|[^.A-Za-z])(print|debugPrint)\(/#
        let mayPrint = ["/Sources/OrchplanCLI/", "/Sources/orchplan/", "/Sources/orchplan-sim/"]
        for file in try Repository.swiftFiles(below: "Sources")
        where !mayPrint.contains(where: { file.path.contains($0) }) {
            for (number, line) in try String(contentsOf: file, encoding: .utf8)
                .split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                )
                .enumerated() where line.contains(prints) && !line.drop(while: \.isWhitespace).hasPrefix("//")
            {
                Issue.record("\(file.lastPathComponent):\(number + 1): \(line)")
            }
        }
    }
}
