import Testing

@testable import ResourceModel

@Suite("What a process said last")
struct LastWordsTests {
    private static let access = #"127.0.0.1 - - [21/Nov/2026 08:35:43] "GET /failed HTTP/1.1" 500 -"#

    @Test(
        "a line that reads like an error is the cause, also when others come after it",
        arguments: [
            "FATAL: no space left on device", "ValueError: bad literal", "bind: address already in use",
            "java.lang.NullPointerException", "thread 'main' panicked at src/main.rs:4", "sh: 1: nope: not found",
            "level=error msg=\"lost connection\"", "Could not resolve host", "can't open file 'x'", "Killed",
        ]
    )
    func causes(_ line: String) {
        #expect(LastWords.cause(["starting", line, "bye", Self.access, ""]) == line)
        #expect(LastWords.appended(line) == ": \(line)")
    }

    @Test(
        "any other line is told as what it is",
        arguments: [
            access, "oops", #"{"level":"info","msg":"no error"}"#, "INFO retry failed requests: 0",
            #"::1 "POST /errors HTTP/2.0" 404 error"#, "listening on 8080",
        ]
    )
    func output(_ line: String) {
        #expect(LastWords.cause(["ready", line, " "]) == "last output: \(line)")
        #expect(LastWords.appended(LastWords.cause([line])) == "; last output: \(line)")
    }

    @Test("nobody who said nothing is quoted, and signals have one name")
    func nothing() {
        #expect(LastWords.cause(["", "  "]) == nil && LastWords.appended(nil).isEmpty)
        #expect(ExitStatus.signal(9).text == "SIGKILL" && ExitStatus.signal(64).text == "signal 64")
    }
}
