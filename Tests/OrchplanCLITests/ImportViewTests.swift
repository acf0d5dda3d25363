import Drivers
import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("An import, as it is shown")
struct ImportViewTests {
    private static func address(_ kind: ResourceKind, _ name: String) -> ResourceAddress { ResourceAddress(kind, name) }

    private static func adopted(_ name: String, _ edits: [LiveEdit] = []) -> ImportItem {
        let resource = Resource(address: address(.service, name), spec: .service(ServiceSpec()))
        let adoption = Adoption(
            AdoptionRequest(resource, objectName: name),
            object: "shop_\(name)",
            id: name,
            seen: .null,
            differences: edits
        )
        return ImportItem(
            resource.address,
            object: adoption.object,
            .adopt(adoption),
            place: "manifests/\(name).yaml:3:18"
        )
    }

    private static func edit(_ path: String, _ live: String?, _ declared: String?) -> LiveEdit {
        LiveEdit(
            path: path,
            applied: declared.map(CanonicalValue.string),
            live: live.map(CanonicalValue.string),
            wasImported: true
        )
    }

    private static let report = ImportReport(
        project: "shop",
        driver: "swarm",
        items: [
            ImportItem(address(.network, "front"), object: "shop_front", .external),
            ImportItem(
                address(.secret, "token"),
                object: "shop_token",
                .left(
                    "what shop_token holds cannot be read back: the next apply makes a new object, and its services roll"
                        + " to it",
                    help: "write `spec: {external: true, name: shop_token}` to go on with the one that is there"
                ),
                place: "manifests/objects.yaml:16:18"
            ),
            adopted("api"),
            ImportItem(address(.service, "cache"), object: "shop_cache", .absent),
            ImportItem(address(.service, "db"), object: "", .recorded),
            adopted(
                "web",
                [
                    edit("image", "registry.example.com/shop/web:1.27.3", "registry.example.com/shop/web:1.28.0"),
                    edit("environment.MODE", "calm\u{1B}[31m", "wild"), edit("user", nil, "1000"),
                    edit("labels.team", "core", nil),
                ]
            ),
        ]
    )

    private static var refused: ImportReport {
        var report = report
        report.items.append(
            ImportItem(
                address(.volume, "data"),
                object: "shop_data",
                .refused(
                    "the engine can put no project's labels on a volume that is there, shop_data",
                    help: "write `spec: {external: true, name: shop_data}` to use it as it is"
                ),
                place: "manifests/objects.yaml:12:18"
            )
        )
        return report
    }

    @Test("what is taken over, what stays, and what stands in the way")
    func views() {
        expectGolden("import") { ImportView(Self.report).lines($0) }
        expectGolden("import-refused") { ImportView(Self.refused).lines($0) }
    }

    @Test("nothing to import, and the end of an import")
    func ends() {
        let nothing = ImportView(ImportReport(project: "shop", driver: "swarm", items: []))
        #expect(nothing.text(ViewFormat()) == "Nothing to import. Everything that is declared is recorded.\n")
        var report = Self.report
        report.imported = report.adoptions.map(\.address)
        let done = ImportView(report).ending(ViewFormat(), nextCommand: " --env test")
        #expect(done.contains("Import complete: 2 imported, 1 not as declared."))
        #expect(done.contains("orchplan plan --env test shows"))
        report.imported.removeLast()
        #expect(ImportView(report).ending(ViewFormat()).contains("Import stopped: 1 of 2 imported, all as declared."))
    }

    @Test("for programs")
    func json() {
        var report = Self.refused
        expectGolden("import.json", ImportJSON(report, isDone: false).text() + "\n")
        report.items.removeLast()
        report.imported = report.adoptions.map(\.address)
        let done = ImportJSON(report, isDone: true).text()
        #expect(done.contains(#""outcome":"imported""#) && done.contains(#""toImport":0,"imported":2"#))
    }

    @Test("what words mean: everything that has no record, or what is named with what it uses")
    func selection() throws {
        var web = ServiceSpec()
        web.image = "a:1"
        web.configs = [FileReference(source: "page")]
        web.networks = [NetworkAttachment(network: "front")]
        web.dependsOn = [ServiceDependency(service: "db", condition: .started)]
        var front = NetworkSpec()
        front.external = true
        var page = ConfigSpec()
        page.content = ConfigContent(bytes: [1])
        let resources = [
            Resource(address: Self.address(.service, "web"), spec: .service(web)),
            Resource(address: Self.address(.service, "db"), spec: .service(ServiceSpec())),
            Resource(address: Self.address(.network, "front"), spec: .network(front)),
            Resource(address: Self.address(.config, "page"), spec: .config(page)),
        ]
        let graph = ResourceGraph.build(project: "shop", resources: resources).0
        var recorded = RecordedState(project: "shop", lineage: "l", serial: 1, key: ProjectKey(bytes: [1]))
        let all = try ImportSelection([], graph: graph, recorded: recorded)
        #expect(Set(all.addresses.map(\.description)) == ["config/page", "service/db", "service/web"])
        let named = try ImportSelection(["web=old", "front"], graph: graph, recorded: recorded)
        #expect(Set(named.addresses.map(\.description)) == ["config/page", "service/web"])
        #expect(named.given[Self.address(.service, "web")] == "old")
        #expect(named.items([], recorded) { _ in nil }.map(\.outcome) == [.external])

        recorded.resources = [
            RecordedResource(
                address: Self.address(.service, "web"),
                resource: CanonicalText(resources[0]),
                fingerprint: Fingerprint(text: "f"),
                objectName: "web"
            )
        ]
        #expect(try ImportSelection([], graph: graph, recorded: recorded).addresses.count == 2)
        let again = try ImportSelection(["web"], graph: graph, recorded: recorded)
        #expect(again.addresses.isEmpty && again.items([], recorded) { _ in nil }.map(\.outcome) == [.recorded])
        for words in [["service/wbe"], ["nothing"], ["web="]] {
            #expect(throws: CommandFailure.self) { try ImportSelection(words, graph: graph, recorded: recorded) }
        }
    }

    @Test("an object of this project without a record is another record's, unless this one tried it")
    func owners() throws {
        let item = Self.adopted("web")
        guard case .adopt(var adoption) = item.outcome else { return }
        adoption.isOwned = true
        let finding = AdoptionFinding(item.address, object: "shop_web", .adoptable(adoption))
        var recorded = RecordedState(project: "shop", lineage: "l", serial: 1, key: ProjectKey(bytes: [1]))
        let graph = ResourceGraph.build(project: "shop", resources: [adoption.request.resource]).0
        let selection = try ImportSelection([], graph: graph, recorded: recorded)
        guard case .refused(let message, _)? = selection.items([finding], recorded, place: { _ in nil }).first?.outcome
        else {
            Issue.record("another record's service was taken over")
            return
        }
        #expect(message.contains("another record"))
        recorded.attempted = [item.address]
        #expect(selection.items([finding], recorded) { _ in nil }.first?.outcome == .adopt(adoption))
    }
}
