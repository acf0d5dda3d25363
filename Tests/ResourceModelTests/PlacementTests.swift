import ResourceModel
import Testing

/// The grammar of placement and what it means about nodes.
@Suite struct PlacementTests {
    private static let nodes = [
        Node(
            id: "n1",
            hostname: "Alpha",
            role: .manager,
            labels: ["zone": "a", "Disk": "ssd"],
            engineLabels: ["storage": "zfs"],
            platform: NodePlatform(system: "linux", architecture: "x86_64"),
            cpus: CPUCount(nanoCPUs: 1),
            memory: ByteCount(bytes: 1)
        ),
        Node(
            id: "n2",
            hostname: "beta",
            role: .worker,
            labels: ["zone": "b"],
            cpus: CPUCount(nanoCPUs: 1),
            memory: ByteCount(bytes: 1)
        ),
        Node(id: "n3", hostname: "gamma", role: .worker, cpus: CPUCount(nanoCPUs: 1), memory: ByteCount(bytes: 1)),
    ]

    private func spec(_ constraints: String..., preferences: [String] = [], most: Int? = nil) -> ServiceSpec {
        var spec = ServiceSpec()
        spec.placement = Placement()
        spec.placement?.constraints = constraints
        spec.placement?.preferences = preferences
        spec.placement?.maxPerNode = most
        return spec
    }

    @Test(arguments: [
        ("node.role == manager", [1]), ("node.role!=manager", [2, 3]), ("NODE.ROLE == Worker", [2, 3]),
        ("node.hostname == alpha", [1]), ("node.id != n2", [1, 3]),
        ("node.labels.zone == B", [2]), ("node.labels.zone != a", [2, 3]), ("node.labels.Zone == b", []),
        ("node.labels.Disk == ssd", [1]), ("node.labels.disk == ssd", []),
        ("engine.labels.storage == zfs", [1]), ("engine.labels.storage != zfs", [2, 3]),
        ("node.platform.os == linux", [1]), ("node.platform.arch != x86_64", [2, 3]),
        ("node.ip == 10.0.0.1", []), ("node.ip != 10.0.0.1", [1, 2, 3]),
        ("node.labels.zone ==\na\r\n", [1]), ("node.hostname == al|ph*a", []),
        ("nonsense", []),
    ])
    func aConstraintAllowsTheNodesThatAreLikeIt(_ text: String, _ expected: [Int]) {
        #expect(spec(text).eligibleNodes(Self.nodes) == expected)
    }

    /// SwarmKit's own cases (manager/constraint): an address, or a network that it is in.
    @Test(arguments: [
        ("node.ip == 10.1.2.3", [1]), ("node.ip == 10.1.0.0/16", [1]), ("node.ip != 10.0.0.0/8", [2, 3]),
        ("node.ip == ::ffff:10.1.2.3", [1]), ("node.ip == 2001:DB8::2", [2]), ("node.ip == 2001:db8::/32", [2]),
        ("node.ip == 0.0.0.0/0", [1]), ("node.ip != 10.1.2.4", [1, 2, 3]), ("node.ip == 10.1.2.3/31", [1]),
    ])
    func addressesAreComparedAsAddresses(_ text: String, _ expected: [Int]) {
        var nodes = Self.nodes
        nodes[0].address = "10.1.2.3"
        nodes[1].address = "2001:db8:0::2"
        #expect(spec(text).eligibleNodes(nodes) == expected)
    }

    @Test func allConstraintsHoldTogetherAndOnlyOnReadyNodes() {
        var nodes = Self.nodes
        let service = spec("node.role == worker", "node.labels.zone != c")
        #expect(service.eligibleNodes(nodes) == [2, 3])
        nodes[1].isReady = false
        #expect(service.eligibleNodes(nodes) == [3])
        #expect(ServiceSpec().eligibleNodes(nodes) == [1, 3])
    }

    @Test(arguments: [
        ("node.role", PlacementFault.noComparison(repaired: nil)),
        ("node.role = worker", .noComparison(repaired: "node.role == worker")),
        ("node.rule = worker", .noComparison(repaired: nil)),
        ("node.role == worker == x", .severalComparisons), ("== worker", .incomplete), ("node.role ==  ", .incomplete),
        ("node.labels. == a", .unknownKey("node.labels.")), ("node.zone == a", .unknownKey("node.zone")),
        ("node.labels.example.com/zone == a", .unreadableKey("node.labels.example.com/zone")),
        ("node.labels.zone == a,b", .unreadableValue("a,b")), ("node.labels.zone == é", .unreadableValue("é")),
        ("node.ip == 10.0.0", .noAddress("10.0.0")), ("node.ip != 10.0.0.0/33", .noAddress("10.0.0.0/33")),
        ("node.ip == 10.0.0.1/08", .noAddress("10.0.0.1/08")),
        ("node.role == boss", .unknownRole("boss")), ("", .noComparison(repaired: nil)),
    ])
    func whatIsNoConstraintSaysWhy(_ text: String, _ fault: PlacementFault) {
        #expect(throws: fault) { try PlacementConstraint(parsing: text) }
    }

    @Test func aConstraintReadsBackFromItsText() throws {
        for text in [
            "node.labels.a.b-c == X", "node.ip != ::1", "engine.labels.os == x", "node.platform.arch == arm64",
        ] {
            let constraint = try PlacementConstraint(parsing: text)
            #expect(constraint.text == text)
            #expect(try PlacementConstraint(parsing: constraint.text) == constraint)
        }
    }

    @Test func preferencesSpreadOverLabelsOnly() throws {
        #expect(try PlacementPreference(parsing: "spread=node.labels.zone").key == .label("zone"))
        for text in ["node.labels.zone", "spread=node.role", "spread=", "pack=node.labels.zone", ""] {
            #expect(throws: PlacementFault.noSpread) { try PlacementPreference(parsing: text) }
        }
    }

    /// Where `count` instances go, one after the other, as node numbers.
    private func places(_ service: ServiceSpec, _ count: Int) -> [Int?] {
        var taken: [String] = []
        return (1...count)
            .map { slot in
                let node = service.node(forSlot: slot, among: Self.nodes, taken: taken)
                if let node { taken.append(Self.nodes[node - 1].hostname) }
                return node
            }
    }

    @Test func instancesAreSpreadWithinTheirLimits() {
        #expect(places(spec(), 4) == [1, 2, 3, 1])
        #expect(places(spec("node.role == worker"), 3) == [2, 3, 2])
        #expect(places(spec("node.role == worker", most: 1), 3) == [2, 3, nil])
        #expect(places(spec("node.hostname == delta"), 1) == [nil])
        var zones = Self.nodes
        zones[2].labels["zone"] = "b"
        let service = spec(preferences: ["spread=node.labels.zone"])
        // Zone a has one node and zone b two: half of the instances are on the one.
        var taken: [String] = []
        for slot in 1...4 {
            taken.append(zones[(service.node(forSlot: slot, among: zones, taken: taken) ?? 1) - 1].hostname)
        }
        #expect(taken.filter { $0 == "Alpha" }.count == 2)
        #expect(Set(taken) == ["Alpha", "beta", "gamma"])
    }

    @Test func aGlobalServiceIsOnTheNodeOfItsSlot() {
        var service = spec("node.role == worker")
        service.mode = .global
        #expect((1...4).map { service.node(forSlot: $0, among: Self.nodes, taken: []) } == [nil, 2, 3, nil])
    }
}
