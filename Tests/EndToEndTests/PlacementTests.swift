import Foundation
import Testing

/// From the project file's nodes to where instances are.
@Suite("Placement reaches from the project file to the plan", .serialized)
struct PlacementTests {
    private static func service(_ name: String, _ spec: String) -> String {
        """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: \(name)}
        spec:
          image: example/\(name):1
          command: [sleep, "1000"]
          \(spec)
        """
    }

    private static let cluster = """
        project: demo
        driver:
          name: simulated
          nodes:
            - {name: one, role: manager, labels: {zone: a}}
            - {name: two, labels: {zone: a}}
            - {name: three, labels: {zone: b}}
        """

    @Test("On several nodes a global service is where its constraints let it be, and the next plan is empty")
    func simulated() throws {
        let files = [
            "orchplan.yaml": Self.cluster,
            "manifests/exporter.yaml": Self.service(
                "exporter",
                "mode: global\n  placement: {constraints: [node.role == worker]}"
            ),
        ]
        try Project.with(try Project(files)) { project in
            let plan = try project.orchplan("plan")
            #expect(plan.status == 0, "\(plan.all)")
            #expect(plan.out.contains("starts 2 instances; on 2 of 3 nodes"), "\(plan.out)")
            #expect(try project.orchplan("apply", "--yes").status == 0)
            #expect(try project.orchplan("diff").status == 0)

            // A node becomes a worker: the service is to be there, too.
            try project.edit("orchplan.yaml", "role: manager", "role: worker")
            let more = try project.orchplan("plan")
            #expect(more.out.contains("1 of 3 instances missing"), "\(more.out)")
            #expect(more.out.contains("on 3 of 3 nodes"), "\(more.out)")

            try project.edit("manifests/exporter.yaml", "node.role == worker", "node.labels.zone == c")
            let nowhere = try project.orchplan("apply", "--yes")
            #expect(nowhere.status == 1)
            #expect(nowhere.all.contains("OP3008"))
            #expect(nowhere.all.contains("node.labels.zone is 'a' on 2, 'b' on 1"), "\(nowhere.all)")
        }
    }

    @Test("The local node is what the project file says, and there is one of it")
    func local() throws {
        let files = [
            "orchplan.yaml": "project: demo\ndriver: {name: local, nodes: [{name: edge, labels: {disk: ssd}}]}\n",
            "manifests/exporter.yaml": Self.service(
                "exporter",
                "mode: global\n  placement: {constraints: [node.labels.disk == ssd, node.hostname == edge]}"
            ),
        ]
        try Project.with(try Project(files)) { project in
            let plan = try project.orchplan("plan")
            #expect(plan.status == 0, "\(plan.all)")
            #expect(plan.out.contains("starts 1 instance; on 1 of 1 node"), "\(plan.out)")
            #expect(!plan.all.contains("is ignored"), "placement is honoured: \(plan.all)")

            try project.edit("orchplan.yaml", "disk: ssd", "disk: hdd")
            let nowhere = try project.orchplan("plan")
            #expect(
                nowhere.all.contains("the only ready node does not meet 'node.labels.disk == ssd'"),
                "\(nowhere.all)"
            )

            try project.edit("orchplan.yaml", "nodes: [", "nodes: [{name: second}, ")
            let second = try project.orchplan("plan")
            #expect(second.status == 1)
            #expect(
                second.all.contains("the local driver has one node, this machine, and `nodes` names 2"),
                "\(second.all)"
            )
        }
    }
}
