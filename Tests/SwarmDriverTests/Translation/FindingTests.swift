import Drivers
import ResourceModel
import SwarmDriver
import Testing

/// One object of the engine, and what becomes of it in an import.
struct FindingCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var live: String
    /// A part of the message; `adopt` and `absent` stand for those verdicts.
    var expected: String
    var help = ""
}

@Suite("objects that others made")
struct FindingTests {
    private static let other = #"{"orchplan.project":"other","orchplan.address":"service/web"}"#
    private static let job = #"{"ReplicatedJob":{"TotalCompletions":1}}"#

    private static func engineService(
        _ name: String = "shop_web",
        labels: String = "{}",
        mode: String = #"{"Replicated":{"Replicas":1}}"#,
        update: String = ""
    ) -> String {
        #"{"ID":"S","Spec":{"Name":"\#(name)","Labels":\#(labels),"Mode":\#(mode)},"UpdateStatus":{"State":"\#(update)"}}"#
    }

    private static let cases: [FindingCase] = [
        FindingCase(testDescription: "a stranger's", live: engineService(), expected: "adopt"),
        FindingCase(testDescription: "none", live: engineService("shop_api"), expected: "absent"),
        FindingCase(
            testDescription: "another project's",
            live: engineService(labels: other),
            expected: "project other"
        ),
        FindingCase(
            testDescription: "another resource's",
            live: engineService(labels: #"{"orchplan.project":"shop","orchplan.address":"service/api"}"#),
            expected: "is service/api of this project already"
        ),
        FindingCase(
            testDescription: "a job",
            live: engineService(mode: job),
            expected: "it is a job",
            help: "service rm"
        ),
        FindingCase(
            testDescription: "another mode",
            live: engineService(mode: #"{"Global":{}}"#),
            expected: "runs as global",
            help: "mode: global"
        ),
        FindingCase(
            testDescription: "in a rollout",
            live: engineService(update: "updating"),
            expected: "being updated"
        ),
        FindingCase(
            testDescription: "stuck",
            live: engineService(update: "paused"),
            expected: "half done",
            help: "--rollback"
        ),
        FindingCase(testDescription: "done", live: engineService(update: "completed"), expected: "adopt"),
    ]

    @Test("services", arguments: cases)
    func verdicts(_ item: FindingCase) throws {
        let request = AdoptionRequest(
            Resource(address: ResourceAddress(.service, "web"), spec: .service(VariedServices.service { _ in })),
            objectName: "web"
        )
        let found = ForeignObjects([.service: [try CanonicalReader.parse(item.live.utf8)]])
        let finding = ServiceFinding(request, found, project: "shop")
        check(finding.verdict, item, nothing: "adopt")
    }

    @Test("a service is found by a name that is given, by its id, and by the name of its manifest")
    func names() throws {
        let live = try CanonicalReader.parse(Self.engineService("legacy").utf8)
        let found = ForeignObjects([.service: [live]])
        for given in ["legacy", "S"] {
            let request = AdoptionRequest(
                Resource(address: ResourceAddress(.service, "web"), spec: .service(VariedServices.service { _ in })),
                objectName: "web",
                given: given
            )
            let verdict = ServiceFinding(request, found, project: "shop").verdict
            guard case .refused(let message, let help)? = verdict else {
                Issue.record("\(String(describing: verdict))")
                continue
            }
            #expect(message.contains("cannot rename") && help?.contains("name: legacy") == true)
        }
        let named = VariedServices.service { $0.name = "legacy" }
        let request = AdoptionRequest(
            Resource(address: ResourceAddress(.service, "web"), spec: .service(named)),
            objectName: "web"
        )
        #expect(ServiceFinding(request, found, project: "shop").verdict == nil)
        #expect(try VariedServices.forward("web", named)["Name"]?.string == "legacy")
    }

    @Test("networks, volumes, secrets and configs")
    func objects() throws {
        var config = ConfigSpec()
        config.content = ConfigContent(bytes: Array("hello".utf8))
        var secret = SecretSpec()
        secret.source = .file("token.txt")
        let known: [(Resource, ResourceKind, String, String)] = [
            (
                resource(.network(NetworkSpec())), .network, #"{"Id":"N","Name":"shop_a"}"#,
                "external: true, name: shop_a"
            ),
            (resource(.volume(VolumeSpec())), .volume, #"{"Name":"shop_a"}"#, "external: true, name: shop_a"),
            (resource(.volume(VolumeSpec())), .service, Self.mounting("shop_a"), "external: true, name: shop_a"),
            (resource(.volume(VolumeSpec())), .service, Self.mounting("a"), "absent"),
            (resource(.secret(secret)), .secret, #"{"ID":"X","Spec":{"Name":"shop_a"}}"#, "cannot be read back"),
            (resource(.config(config)), .config, Self.config("aGVsbG8="), "adopt"),
            (resource(.config(config)), .config, Self.config("b3RoZXI="), "holds something else"),
        ]
        for (resource, kind, live, expected) in known {
            let request = AdoptionRequest(resource, objectName: "a-1")
            let found = ForeignObjects([kind: [try CanonicalReader.parse(live.utf8)]])
            let finding = ObjectFinding(request, found, project: "shop").finding
            let item = FindingCase(testDescription: "\(resource.address)", live: live, expected: expected)
            check(finding.verdict, item, nothing: "")
        }
    }

    private func resource(_ spec: ResourceSpec) -> Resource {
        Resource(address: ResourceAddress(spec.kind, "a"), spec: spec)
    }

    private static func mounting(_ volume: String) -> String {
        #"{"Spec":{"Name":"s","TaskTemplate":{"ContainerSpec":{"Mounts":[{"Type":"volume","Source":"\#(volume)"}]}}}}"#
    }

    private static func config(_ data: String) -> String {
        #"{"ID":"C","Spec":{"Name":"shop_a","Data":"\#(data)"}}"#
    }

    private func check(_ verdict: AdoptionFinding.Verdict?, _ item: FindingCase, nothing: String) {
        let text =
            switch verdict {
            case nil: nothing
            case .adoptable: "adopt"
            case .absent: "absent"
            case .left(let message, let help), .refused(let message, let help): "\(message) \(help ?? "")"
            }
        #expect(text.contains(item.expected) && (item.help.isEmpty || text.contains(item.help)), "\(item): \(text)")
    }
}
