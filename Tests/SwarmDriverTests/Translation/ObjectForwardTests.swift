import Drivers
import ResourceModel
import SwarmDriver
import Testing

@Suite("objects as the engine is asked for them")
struct ObjectForwardTests {
    @Test("a network is an overlay with everything that its manifest says")
    func network() throws {
        var spec = NetworkSpec()
        spec.encrypted = true
        spec.attachable = true
        spec.isInternal = true
        spec.ipv6 = true
        spec.driverOptions = ["com.docker.network.driver.mtu": "1400"]
        spec.labels = ["team": "a"]
        spec.ipam = IPAMSpec()
        spec.ipam?.subnets = [SubnetSpec()]
        spec.ipam?.subnets[0].subnet = "10.9.0.0/24"
        spec.ipam?.subnets[0].gateway = "10.9.0.1"
        let body = try ObjectForward.network(spec, VariedServices.labels(.network, "front"), object: "front")
        let expected =
            #"{"Name":"shop_front","CheckDuplicate":true,"Driver":"overlay","Attachable":true,"Internal":true,"#
            + #""EnableIPv6":true,"Options":{"com.docker.network.driver.mtu":"1400","encrypted":"true"},"#
            + #""IPAM":{"Config":[{"Subnet":"10.9.0.0/24","Gateway":"10.9.0.1"}]},"Labels":"#
        #expect(CanonicalText(body).text.hasPrefix(expected), "\(CanonicalText(body).text)")
        #expect(body["Labels"]?["team"] == .string("a"))
        #expect(body["Labels"]?["orchplan.address"] == .string("network/front"))
        spec.driver = "bridge"
        #expect(throws: DriverError.self) {
            try ObjectForward.network(spec, VariedServices.labels(.network, "front"), object: "front")
        }
    }

    @Test("a volume keeps the name that its manifest gives it")
    func volume() {
        var spec = VolumeSpec()
        spec.name = "store"
        spec.driverOptions = ["type": "nfs"]
        let body = ObjectForward.volume(spec, VariedServices.labels(.volume, "data"), object: "data")
        #expect(body["Name"] == .string("store"))
        #expect(body["DriverOpts"]?["type"] == .string("nfs"))
        #expect(body["Driver"] == nil)
    }

    @Test(
        "content goes as base 64, whatever its length",
        arguments: [
            ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{0}\u{FF}é", "AMO/w6k="),
        ]
    )
    func content(_ text: String, _ encoded: String) throws {
        let labels = VariedServices.labels(.secret, "key")
        let secret = try ObjectForward.secret(
            SecretSpec(),
            labels,
            object: "key-12",
            content: SecretBytes(Array(text.utf8))
        )
        #expect(secret["Data"] == .string(encoded))
        #expect(secret["Name"] == .string("shop_key-12"))
        #expect(secret["Labels"]?["orchplan.name"] == .string("key-12"))
        var spec = ConfigSpec()
        spec.content = ConfigContent(bytes: Array(text.utf8))
        let config = try ObjectForward.config(spec, VariedServices.labels(.config, "conf"), object: "conf-1")
        #expect(config["Data"] == .string(encoded))
    }

    @Test("content that the engine would not keep is refused before it is sent")
    func size() {
        let labels = VariedServices.labels(.secret, "key")
        for count in [0, 500 << 10] {
            #expect(throws: DriverError.self) {
                let content = SecretBytes([UInt8](repeating: 1, count: count))
                return try ObjectForward.secret(SecretSpec(), labels, object: "key-1", content: content)
            }
        }
        #expect(throws: DriverError.self) {
            try ObjectForward.config(ConfigSpec(), VariedServices.labels(.config, "conf"), object: "conf-1")
        }
    }

    @Test("new labels change nothing else, and an object reads back as what it is")
    func relabelled() throws {
        let labels = VariedServices.labels(.secret, "key")
        let live = try CanonicalReader.parse(
            #"{"Name":"shop_key-1","Labels":{"old":"1"},"Driver":{"Name":"x"}}"#.utf8
        )
        let body = ObjectForward.relabelled(live, ["new": "1"], labels, object: "key-1")
        #expect(body["Driver"]?["Name"] == .string("x"))
        #expect(body["Labels"]?["old"] == nil)
        let spec = CanonicalValue.object([CanonicalMember(key: "Spec", value: body)])
        #expect(EngineReading.object(spec) == ObservedObject(labels: labels, name: "key-1"))
        #expect(EngineReading.object(live) == nil)
    }
}
