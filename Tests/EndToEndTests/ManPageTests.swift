import Foundation
import Testing

@Suite("The man page")
struct ManPageTests {
    @Test("docs/man/orchplan.1 says what the commands say of themselves")
    func isCurrent() throws {
        let script = Repository.root.appendingPathComponent("scripts/make-man.py")
        let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"
        let result = try RunningProcess(
            [script.path] + (isRecording ? [] : ["--check"]) + [Orchplan.binary.path],
            directory: Repository.root,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"],
            input: nil
        )
        .wait()
        #expect(result.status == 0, "\(result.all)")
    }

    @Test(
        "it renders without a warning",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"), "man is not installed")
    )
    func renders() throws {
        let page = Repository.root.appendingPathComponent("docs/man/orchplan.1")
        let result = try RunningProcess(
            ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page.path],
            directory: Repository.root,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"],
            input: nil
        )
        .wait()
        #expect(result.status == 0)
        #expect(result.err.isEmpty, "\(result.err)")
        #expect(result.out.contains("ORCHPLAN"))
    }
}
