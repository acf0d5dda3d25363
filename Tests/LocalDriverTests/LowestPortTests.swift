import Testing

@testable import LocalDriver

@Suite("From which port on anybody may listen")
struct LowestPortTests {
    @Test(
        "the capability counts, then the system's setting, then the kernel's default",
        arguments: [
            ("CapEff:\t000001ffffffffff\n", "1024\n", 1), ("CapEff:\t0000000000000400\n", "1024\n", 1),
            ("CapPrm:\t000001ffffffffff\nCapEff:\t0000000000000000\n", "1024\n", 1024),
            ("CapEff:\t00000000000003ff\n", "80\n", 80), ("", "0\n", 0), ("CapEff:\tx\n", "", 1024),
        ]
    )
    func value(status: String, setting: String, expected: Int) {
        #expect(LowestPort.value(status: status, setting: setting) == expected)
    }
}
