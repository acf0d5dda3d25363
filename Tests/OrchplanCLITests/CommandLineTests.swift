import ArgumentParser
import Drivers
import Plans
import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("What is typed, and what is told once")
struct CommandLineTests {
    @Test(
        "options of the project in front go behind the command, and later ones still win",
        arguments: [
            (["-C", "x", "plan"], ["plan", "-C", "x"]),
            (["-e", "a", "--var", "A=1", "plan", "-e", "b"], ["plan", "-e", "a", "--var", "A=1", "-e", "b"]),
            (["--env=a", "state", "show", "web"], ["state", "show", "--env=a", "web"]),
            (["-C", "x", "plna", "y"], ["plna", "-C", "x", "y"]), (["-C", "state", "plan"], ["plan", "-C", "state"]),
            (["plan", "-C", "x"], ["plan", "-C", "x"]), (["-C"], ["-C"]), (["-C", "x"], ["-C", "x"]),
            (["--version"], ["--version"]), (["-C", "x", "--help"], ["-C", "x", "--help"]), ([], []),
        ]
    )
    func order(typed: [String], read: [String]) {
        #expect(CommandOrder.commandFirst(typed) == read)
    }

    @Test(
        "a plan with an end is refused after it, and by a clock that stands before the plan was made; one without never"
    )
    func expiry() throws {
        var plan = Plan(
            project: "shop",
            lineage: "",
            serial: 0,
            createdAt: Timestamp(milliseconds: 10_000_000),
            driver: "local",
            steps: []
        )
        func isRefused(at milliseconds: Int64) -> Bool {
            do { try PlanFile.checkExpiry(plan, now: Timestamp(milliseconds: milliseconds)) } catch { return true }
            return false
        }
        #expect(!isRefused(at: 0) && !isRefused(at: 99_000_000))
        plan.expiresAt = Timestamp(milliseconds: 20_000_000)
        #expect(!isRefused(at: 10_000_000) && !isRefused(at: 20_000_000) && isRefused(at: 20_000_001))
        // Clocks of two machines differ by a little, and not by a day.
        #expect(!isRefused(at: 9_800_000) && isRefused(at: 9_000_000) && isRefused(at: 0))
    }

    @Test("every option that may stand in front is one of the project's, with a value")
    func options() throws {
        let words = ["-C", "/", "-e", "a", "--var", "A=1", "--driver", "local", "--state", "x", "--color", "never"]
        let typed = try ProjectOptions.parse(words)
        #expect(typed.directory == "/" && typed.environment == "a" && typed.state == "x" && typed.color == .never)
    }

    @Test(
        "mistakes in the arguments are errors like all others",
        arguments: [
            (["version"], "error: unexpected argument 'version'\n"),
            (["plan", "--nope"], "error: unknown option '--nope'"),
            (["state"], ""), (["plan", "--batch", "x"], "error: the value 'x' is invalid for '--batch <n>'"),
            (["status", "--watch", "--exit-code"], "error: --exit-code is not for --watch, which goes on\n"),
        ]
    )
    func mistakes(_ words: [String], _ start: String) {
        do {
            _ = try Orchplan.parseAsRoot(words)
            #expect(start.isEmpty)
        } catch {
            let text = UsageError(Orchplan.fullMessage(for: error)).text(ViewFormat())
            #expect(!start.isEmpty && text.hasPrefix(start) && text.contains("Usage: orchplan"), "\(text)")
        }
    }

    @Test("after a break, lines that were told are not told again, and others of the same moment are")
    func places() {
        func line(_ time: String, _ text: String) -> InstanceLine { InstanceLine(time: time, text: text) }
        let all = [line("1", "a"), line("2", "b"), line("2", "c"), line("2", "d"), line("3", "e")]
        for told in 0...all.count {
            for again in 0...all.count {
                var place = LogPlace()
                var texts: [String] = []
                place.resume()
                for line in all[..<told] where place.isNew(line) { texts.append(line.text) }
                // Two breaks: the agent gives everything from the time of the last line on.
                for end in [max(told, again), all.count] {
                    place.resume()
                    let rest = place.time.flatMap { time in all.firstIndex { $0.time == time } } ?? 0
                    for line in all[rest..<end] where place.isNew(line) { texts.append(line.text) }
                }
                #expect(texts == ["a", "b", "c", "d", "e"], "\(told) \(again)")
            }
        }
    }
}
