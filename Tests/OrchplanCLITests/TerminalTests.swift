import Glibc
import SourceDiagnostics
import Testing

@testable import OrchplanCLI

@Suite("The terminal")
struct TerminalTests {
    @Test("colour: flag, NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR, terminal, in this order")
    func colour() {
        let cases: [(ColorChoice, Bool, [String: String], Bool)] = [
            (.auto, true, [:], true), (.auto, false, [:], false), (.auto, true, ["TERM": "dumb"], false),
            (.auto, true, ["NO_COLOR": "1"], false), (.auto, true, ["NO_COLOR": ""], true),
            (.auto, false, ["FORCE_COLOR": "1"], true), (.auto, false, ["CLICOLOR_FORCE": "1"], true),
            (.auto, false, ["FORCE_COLOR": "0"], false), (.auto, true, ["CLICOLOR": "0"], false),
            (.auto, false, ["NO_COLOR": "1", "FORCE_COLOR": "1"], false),
            (.always, false, ["NO_COLOR": "1", "TERM": "dumb"], true), (.never, true, ["FORCE_COLOR": "1"], false),
        ]
        for (choice, isTerminal, environment, expected) in cases {
            #expect(choice.isColoured(isTerminal: isTerminal, environment: environment) == expected, "\(environment)")
        }
    }

    @Test("a region is drawn on a terminal alone, and a question asked where someone can answer")
    func interactive() {
        let size = TerminalSize(width: 80, height: 24)
        var environment = TerminalEnvironment(variables: [:], terminals: [.input, .output, .errors], size: size)
        #expect(environment.canRedraw(.errors) && environment.isInteractive)
        #expect(environment.format(.output).width == 80)
        environment.variables = ["CI": "true", "LC_ALL": "C"]
        #expect(!environment.canRedraw(.errors) && !environment.isInteractive)
        #expect(environment.format(.output).glyphs == .ascii)
        environment = TerminalEnvironment(variables: ["LANG": "de_DE.UTF-8"], terminals: [.output], size: size)
        #expect(!environment.canRedraw(.errors) && !environment.isInteractive)
        #expect(environment.format(.errors).width == nil)
        #expect(environment.format(.output).glyphs == .unicode)
    }

    @Test("clipping and wrapping keep to the width, whatever the letters are")
    func layout() {
        var generator = Seeded(state: 20_261_121)
        let letters = Array("ab 漢字é🎉 \u{301}ü.\u{1B}\t")
        for _ in 0..<500 {
            var text = StyledText()
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                let look: Look = Bool.random(using: &generator) ? .bold : .plain
                text.append(String(letters[Int.random(in: 0..<letters.count, using: &generator)]), look)
            }
            let width = Int.random(in: 1...40, using: &generator)
            #expect(text.clipped(to: width).width <= width)
            #expect(text.clippedInMiddle(to: width).width <= width)
            let longest = text.plain.split(separator: " ").map { DisplayWidth.of(String($0)) }.max() ?? 0
            let lines = text.wrapped(to: width, indent: 2)
            #expect(lines.allSatisfy { $0.width <= max(width, longest + 2) })
            let words = lines.flatMap { $0.plain.split(separator: " ") }
            #expect(words == text.plain.split(separator: " "))
        }
    }

    @Test("a sign is not parted from a word that is too long for any line")
    func signs() {
        let name = String(repeating: "n", count: 30)
        let lines = StyledText("  + \(name) will be created").wrapped(to: 20, indent: 6).map(\.plain)
        #expect(lines == ["  + \(name)", "      will be", "      created"])
    }

    @Test("a table is never wider than its room while a column can go or shrink")
    func table() {
        var table = Table([
            Table.Column("NAME", minimum: 6, cutsMiddle: true), Table.Column("N", right: true),
            Table.Column("NOTE", priority: 2, minimum: 8), Table.Column("LESS", priority: 1),
        ])
        table.add(["service/漢字漢字漢字-web", "3", "a note of some length", "unimportant"])
        table.add(["x", "12000", "b\u{1B}[2J\nc"])
        for width in 14...90 {
            let lines = table.lines(ViewFormat(width: width))
            #expect(lines.allSatisfy { $0.width <= width }, "\(width)")
            #expect(lines[0].plain.contains("NAME") && lines[2].plain.contains("12000"))
        }
        #expect(table.lines(ViewFormat(width: 36))[0].plain.contains("NOTE"))
        #expect(!table.lines(ViewFormat(width: 36))[0].plain.contains("LESS"))
        let whole = table.lines(ViewFormat())
        #expect(whole[1].plain.contains("service/漢字漢字漢字-web"))
        #expect(whole[2].plain.contains("\\x1b[2J\\nc"))
    }

    @Test("a writer whose reader went away goes on without a word")
    func brokenPipe() {
        TerminalWriter.ignoreBrokenPipes()
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[1]) }
        let writer = TerminalWriter(descriptor: ends[1])
        writer.write("one\n")
        #expect(writer.isOpen)
        close(ends[0])
        #expect(!writer.isOpen, "known before anything is written")
        writer.write("two\n")
        #expect(!writer.isOpen)
        writer.write("three\n")
    }

    @Test("control sequences are taken out whole or not at all")
    func controlSequences() {
        #expect(ControlSequences.removed(from: "\u{1B}[1;31mred\u{1B}[0m \u{1B}]0;title\u{07}x") == "red x")
        #expect(ControlSequences.removed(from: "cut \u{1B}[31") == "cut \u{1B}[31")
        #expect(ControlSequences.removed(from: "\u{1B}") == "\u{1B}")
    }
}

/// SplitMix64.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
