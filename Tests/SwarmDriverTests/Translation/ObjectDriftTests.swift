import ResourceModel
import Testing

@testable import SwarmDriver

@Suite("Objects that somebody put in the place of recorded ones")
struct ObjectDriftTests {
    private func paths(_ live: String, _ spec: ResourceSpec) throws -> [String] {
        let json = try CanonicalReader.parse(Array(live.utf8))
        let kind: ResourceKind = if case .network = spec { .network } else { .config }
        let resource = Resource(address: ResourceAddress(kind, "front"), spec: spec)
        return ObjectDrift.edits(json, recorded: resource).map(\.path)
    }

    @Test("a network differs where the manifest says something, and nowhere else")
    func networks() throws {
        var spec = NetworkSpec()
        spec.encrypted = true
        spec.driverOptions = ["mtu": "1400"]
        var subnet = SubnetSpec()
        subnet.subnet = "10.9.0.0/24"
        var ipam = IPAMSpec()
        ipam.subnets = [subnet]
        spec.ipam = ipam
        // As an engine of 20.10 tells of it; the list of identifiers is its own.
        let same = """
            {"Name":"shop_front","Driver":"overlay","EnableIPv6":false,"Internal":false,"Attachable":false,"IPAM":
            {"Driver":"default","Options":null,"Config":[{"Subnet":"10.9.0.0/24","Gateway":"10.9.0.1"}]},"Options":
            {"com.docker.network.driver.overlay.vxlanid_list":"4099","encrypted":"","mtu":"1400"}}
            """
        #expect(try paths(same, .network(spec)) == [])
        let other = """
            {"Driver":"macvlan","Internal":true,"Attachable":true,"IPAM":{"Config":[{"Subnet":"10.8.0.0/24"}]},
            "Options":{"mtu":"9000"}}
            """
        #expect(
            try paths(other, .network(spec)) == [
                "driver", "attachable", "internal", "encrypted", "driverOptions.mtu", "ipam.subnets",
            ]
        )
        #expect(
            try paths(#"{"Driver":"overlay","IPAM":{"Config":null},"Options":null}"#, .network(NetworkSpec())) == []
        )
    }

    @Test("a config differs where it holds something else than was recorded")
    func configs() throws {
        var spec = ConfigSpec()
        spec.content = ConfigContent(bytes: Array("hello".utf8))
        #expect(try paths(#"{"Spec":{"Data":"aGVsbG8="}}"#, .config(spec)) == [])
        #expect(try paths(#"{"Spec":{"Data":"Ynll"}}"#, .config(spec)) == ["content"])
    }
}
