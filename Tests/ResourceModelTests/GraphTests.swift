import ResourceModel
import Testing

@Suite("The resource graph")
struct GraphTests {
    private func service(_ name: String, needs: [String] = []) -> Resource {
        var spec = ServiceSpec()
        spec.dependsOn = needs.map { ServiceDependency(service: $0, condition: .healthy) }
        return Resource(address: .init(.service, name), spec: .service(spec))
    }

    @Test("a cycle is shown as its path")
    func cycle() {
        let (graph, missing) = ResourceGraph.build(
            project: "p",
            resources: [
                service("a", needs: ["b"]), service("b", needs: ["c"]), service("c", needs: ["a"]),
                service("d", needs: ["a"]),
            ]
        )
        #expect(missing.isEmpty)
        #expect(graph.cycles().map(\.text) == ["service/a -> service/b -> service/c -> service/a"])
    }

    @Test("a chain of many thousand is walked without recursion")
    func longChain() {
        let chain = (0..<50_000).map { service("s\($0)", needs: $0 == 0 ? [] : ["s\($0 - 1)"]) }
        #expect(ResourceGraph.build(project: "p", resources: chain).0.cycles().isEmpty)
    }

    @Test("every address is found, of two alike the later one, and no other")
    func lookingUp() {
        let names = (0..<2_000).map { "s\($0)" } + ["a-name-of-more-than-eight-bytes", "été", "x", "x"]
        var resources = names.map { service($0) }
        resources[resources.count - 1].protect = true
        let graph = ResourceGraph.build(project: "p", resources: resources.shuffledButLast()).0
        for name in names { #expect(graph[.init(.service, name)]?.address.name == name) }
        #expect(graph[.init(.service, "x")]?.protect == true)
        #expect(graph[.init(.network, "x")] == nil)
        #expect(graph[.init(.service, "s2000")] == nil)
        #expect(ResourceGraph.build(project: "p", resources: []).0[.init(.service, "x")] == nil)
    }

    @Test("a reference that leads nowhere is told with its field")
    func missing() {
        let (_, missing) = ResourceGraph.build(project: "p", resources: [service("a", needs: ["nobody"])])
        #expect(missing.map(\.reference.field) == ["dependsOn[0]"])
        #expect(missing.map(\.reference.address.description) == ["service/nobody"])
    }

    @Test("a changed secret gives its object a new name and changes the services that use it")
    func pinning() throws {
        var fingerprinter = Fingerprinter(key: ProjectKey(bytes: Array(repeating: 1, count: 32)))
        var secret = SecretSpec()
        secret.source = .file("token.txt")
        var spec = ServiceSpec()
        spec.secrets = [FileReference(source: "token")]
        spec.environment["TOKEN"] = .secret(name: "token", object: nil)
        let graph =
            ResourceGraph.build(
                project: "p",
                resources: [
                    Resource(address: .init(.secret, "token"), spec: .secret(secret)),
                    Resource(address: .init(.service, "web"), spec: .service(spec)),
                ]
            )
            .0
        func pinned(_ content: String) -> ServiceSpec? {
            let digests = SecretDigests(["token": fingerprinter.digest(Array(content.utf8))])
            return graph.pinned(secrets: digests, fingerprinter: &fingerprinter)[.init(.service, "web")]?.spec.service
        }
        let one = try #require(pinned("one"))
        let two = try #require(pinned("two"))
        #expect(one.secrets[0].object?.hasPrefix("token-") == true)
        #expect(one != two)
        #expect(one == pinned("one"))
        #expect(one.environment["TOKEN"] == .secret(name: "token", object: one.secrets[0].object))
    }

    @Test("names follow the rule and addresses read back")
    func names() {
        for good in ["a", "A_b.c-9", String(repeating: "x", count: 63)] {
            #expect(ResourceAddress(parsing: "service/\(good)")?.description == "service/\(good)")
        }
        for bad in ["", "-a", ".a", "a/b", "a b", "é", String(repeating: "x", count: 64)] {
            #expect(ResourceAddress(parsing: "service/\(bad)") == nil, "\(bad)")
        }
        #expect(ResourceAddress(parsing: "pod/x") == nil)
    }

    @Test("secret bytes print as (sensitive), whatever prints them")
    func sensitive() {
        let secret = SecretBytes(Array("hunter2".utf8))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }
}

extension [Resource] {
    /// The same in the opposite order, but for the last, which stays the last.
    fileprivate func shuffledButLast() -> [Resource] { dropLast().reversed() + suffix(1) }
}
