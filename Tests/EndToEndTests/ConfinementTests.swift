import Foundation
import Testing

/// What is mounted is judged when an instance starts, and not only when manifests are read.
@Suite("A mount that is led into the project's state", .serialized)
struct ConfinementTests {
    private static let canary = "canary-7c41aa"

    private static func manifests(_ services: String) -> [String: String] {
        [
            "orchplan.yaml": "project: led\n", "s.txt": canary, "open/sub/mine": "mine", "pub/mine": "mine",
            "manifests/all.yaml": """
            apiVersion: orchplan/v1
            kind: Secret
            metadata: {name: s}
            spec: {file: ../s.txt}
            ---
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: other}
            spec:
              command: [sleep, '100000']
              secrets: [s]
            ---
            \(services)
            """,
        ]
    }

    @Test("by an instance itself, for its next run, is refused in words")
    func byInstance() throws {
        let service = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: evil}
            spec:
              command: [sh, -c, 'ls /x; cat /x/*; mv /open/sub /open/was; ln -s ../.orchplan/local/secrets /open/sub; sleep 3; exit 1']
              mounts: ["../open:/open", "../open/sub:/x"]
              restart: {delay: 500ms}
            """
        try Project.with(try Project(Self.manifests(service))) { project in
            _ = try project.orchplan("apply", "--yes", "--timeout", "60s")
            var said = ""
            try eventually("the next run is refused") {
                said = try project.orchplan("status").all
                return said.contains("open/sub, a symbolic link in a folder that instances may write to")
            }
            let logs = try project.orchplan("logs", "evil").all
            #expect(logs.contains("mine") && !logs.contains(Self.canary) && !logs.contains("content"), "\(logs)")
        }
    }

    @Test("between plan and apply is refused, and nothing is shown")
    func betweenPlanAndApply() throws {
        let service = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: reader}
            spec:
              command: [sh, -c, 'ls /x; cat /x/*; exec sleep 100000']
              mounts: ["../pub:/x"]
            """
        try Project.with(try Project(Self.manifests(service))) { project in
            #expect(try project.orchplan("apply", "--yes", "--target", "service/other").status == 0)
            #expect(try project.orchplan("plan", "--out", "s.plan").status == 0)
            let pub = project.directory.path + "/pub"
            try FileManager.default.moveItem(atPath: pub, toPath: pub + "0")
            try FileManager.default.createSymbolicLink(
                atPath: pub,
                withDestinationPath: ".orchplan/local/secrets"
            )
            let applied = try project.orchplan("apply", "s.plan", "--yes")
            #expect(applied.status == 1, "\(applied.all)")
            #expect(applied.all.contains("among what orchplan keeps for itself"), "\(applied.all)")
            #expect(!(try project.orchplan("logs", "reader").all.contains(Self.canary)))
        }
    }
}
