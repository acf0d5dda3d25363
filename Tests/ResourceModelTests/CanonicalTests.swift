import OrchplanTestSupport
import ResourceModel
import Testing

@Suite("Canonical text")
struct CanonicalTests {
    @Test("every spec reads back as it was written, and equal specs are written alike", arguments: 0..<500)
    func roundTrip(seed: UInt64) throws {
        var random = RandomSpecs(seed: seed)
        let resource = Resource(address: .init(.service, random.name()), spec: .service(random.service()))
        let text = CanonicalText(resource)
        let back: Resource = try text.decoded()
        #expect(back == resource)
        #expect(CanonicalText(back) == text)
        #expect(CanonicalText(try text.value()) == text)
    }

    @Test("the other kinds read back too")
    func otherKinds() throws {
        var network = NetworkSpec()
        network.driverOptions = ["a": "1"]
        network.ipam = IPAMSpec()
        network.ipam?.subnets = [SubnetSpec()]
        var config = ConfigSpec()
        config.content = ConfigContent(bytes: [0xFF, 0x00, 0x41])
        var secret = SecretSpec()
        let sources: [SecretSource] = [
            .file("a"), .environment("B"), .generate(length: 9, charset: "hex", rotation: 2), .age("c"), .external,
        ]
        for source in sources {
            secret.source = source
            try expectRoundTrip(.secret(secret), kind: .secret)
        }
        try expectRoundTrip(.network(network), kind: .network)
        try expectRoundTrip(.volume(VolumeSpec()), kind: .volume)
        try expectRoundTrip(.config(config), kind: .config)
    }

    private func expectRoundTrip(_ spec: ResourceSpec, kind: ResourceKind) throws {
        let resource = Resource(address: .init(kind, "x"), spec: spec)
        #expect(try CanonicalText(resource).decoded(Resource.self) == resource)
    }

    @Test("what an instance is does not depend on replicas, update settings or published ports")
    func instanceScope() {
        var fingerprinter = Fingerprinter(key: ProjectKey(bytes: Array(repeating: 7, count: 32)))
        var spec = ServiceSpec()
        spec.image = "web:1"
        var port = PortSpec()
        port.target = 80
        spec.ports = [port]
        let before = fingerprinter.fingerprint(spec, scope: .instance)
        spec.replicas = 9
        spec.update = UpdatePolicy()
        spec.labels = ["a": "b"]
        spec.ports[0].published = PortRange(8080, 8080)
        #expect(fingerprinter.fingerprint(spec, scope: .instance) == before)
        spec.image = "web:2"
        #expect(fingerprinter.fingerprint(spec, scope: .instance) != before)
    }

    @Test(
        "what is not canonical is refused with its place",
        arguments: ["", "{", "[1,]", "{\"a\" 1}", "\"\\q\"", "tru", "1 2", "\"\\ud800\"", "{\"a\":1}}", "nan"]
    )
    func malformed(text: String) {
        #expect(throws: CanonicalError.self) { try CanonicalReader.parse(text.utf8) }
    }

    @Test("nesting is bounded")
    func nesting() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: CanonicalError.self) { try CanonicalReader.parse(deep.utf8) }
    }
}
