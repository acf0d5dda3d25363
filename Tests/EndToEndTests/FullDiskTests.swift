import Foundation
import Testing

/// Commands on a disk that takes nothing any more, which only they see.
@Suite("A full disk")
struct FullDiskTests {
    private static let isPossible: Bool = {
        let mount = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/tmp"]
        guard geteuid() == 0 else { return false }
        let process = try? RunningProcess(
            mount,
            directory: URL(fileURLWithPath: "/"),
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            input: nil
        )
        return (try? process?.wait().status) == 0
    }()

    private static let files = [
        "orchplan.yaml": "project: full\n",
        "manifests/web.yaml": """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec: {command: [sleep, "1000"]}

        """,
    ]

    @Test(
        "an agent that cannot start says why and what to do, although its log takes nothing either",
        .enabled(if: isPossible, "needs the right to mount a small file system")
    )
    func agent() throws {
        let script = """
            mkdir -p .orchplan/local && mount -t tmpfs -o size=256k tmpfs .orchplan/local || exit 99
            dd if=/dev/zero of=.orchplan/local/ballast bs=4k 2> dd.txt
            "$ORCHPLAN" plan; echo "code $?"
            test ! -s .orchplan/local/agent.log && echo "no log"
            rm .orchplan/local/ballast
            "$ORCHPLAN" plan > then.txt; echo "code $?"
            kill "$(head -n 1 .orchplan/local/agent.lock)"
            """
        try Project.with(try Project(Self.files)) { project in
            let environment = project.orchplan.environment.merging(["ORCHPLAN": Orchplan.binary.path]) { $1 }
            let output = try RunningProcess(
                ["unshare", "-m", "sh", "-c", script],
                directory: project.directory,
                environment: environment,
                input: nil
            )
            .wait()
            #expect(output.out == "code 1\nno log\ncode 0\n", "\(output.all)")
            let reason = "agent.lock: no space left on device"
            #expect(output.err.contains("the agent ended right after its start: cannot write /"), "\(output.err)")
            #expect(output.err.contains(reason) && output.err.contains("make room on that disk"), "\(output.err)")
        }
    }
}
