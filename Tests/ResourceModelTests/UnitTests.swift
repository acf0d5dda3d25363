import ResourceModel
import Testing

@Suite("Units")
struct UnitTests {
    @Test(
        "durations are read with their unit and printed shortly",
        arguments: [
            ("10s", "10s"), ("90s", "1m30s"), ("1m30s", "1m30s"), ("500ms", "500ms"), ("1.5s", "1s500ms"), ("1h", "1h"),
            ("2d", "48h"), ("0s", "0s"), ("250us", "250us"),
        ]
    )
    func durations(text: String, printed: String) throws {
        let duration = try #require(Duration(parsing: text))
        #expect(duration.text == printed)
        #expect(Duration(parsing: duration.text) == duration)
    }

    @Test(
        "a duration without a unit, or with units out of order, is refused",
        arguments: ["", "10", "s", "1s1m", "1s1s", "-1s", "1 s", "1,5s", "٣s", "1e3s", "99999999999h", "1.s", ".5s"]
    )
    func badDurations(text: String) {
        #expect(Duration(parsing: text) == nil)
    }

    @Test(
        "sizes carry binary or decimal units",
        arguments: [
            ("512MiB", 512 << 20), ("1.5GiB", 3 << 29), ("10MB", 10_000_000), ("7B", 7), ("0.5KiB", 512),
        ]
    )
    func sizes(text: String, bytes: Int) {
        #expect(ByteCount(parsing: text)?.bytes == Int64(bytes))
    }

    @Test(
        "a size without a known unit is refused",
        arguments: ["512", "512mb", "0.5Gi", "", "MiB", "1e9B", "-1B", "9999999999TiB"]
    )
    func badSizes(text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test("sizes print in the largest unit that is exact")
    func sizesPrint() {
        #expect(ByteCount(bytes: 1 << 30).text == "1GiB")
        #expect(ByteCount(bytes: 1536 << 20).text == "1536MiB")
        #expect(ByteCount(bytes: 1001).text == "1001B")
        #expect(ByteCount(bytes: 24_684_096 << 10).approximate == "23.5GiB")
        #expect(ByteCount(bytes: 24 << 30).approximate == "24GiB")
        #expect(ByteCount(bytes: .max).approximate == "8388607.9TiB")
        #expect(ByteCount(bytes: 1023).approximate == "1023B")
        #expect(ByteCount(bytes: 0).text == "0B")
    }

    @Test(
        "processors are decimal",
        arguments: [("0.25", "0.25"), ("2", "2"), ("1.50", "1.5"), ("0.000000001", "0.000000001")]
    )
    func cpus(text: String, printed: String) {
        #expect(CPUCount(parsing: text)?.text == printed)
    }

    @Test("a batch is a number or a share, and never nothing")
    func batches() {
        #expect(BatchSize(parsing: "25%")?.resolved(total: 10) == 2)
        #expect(BatchSize(parsing: "1%")?.resolved(total: 10) == 1)
        #expect(BatchSize(parsing: "3")?.resolved(total: 2) == 3)
        for bad in ["0", "0%", "101%", "-1", "x", ""] { #expect(BatchSize(parsing: bad) == nil, "\(bad)") }
    }

    @Test("modes are octal digits")
    func modes() {
        #expect(FileMode(parsing: "0400")?.bits == 0o400)
        #expect(FileMode(parsing: "444")?.text == "0444")
        for bad in ["8", "0o400", "04000x", "0999", ""] { #expect(FileMode(parsing: bad) == nil, "\(bad)") }
    }

    @Test("times print in UTC")
    func times() {
        #expect(Timestamp(milliseconds: 0).text == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: 1_795_243_320_123).text == "2026-11-21T06:42:00.123Z")
        #expect(Timestamp(milliseconds: 951_782_400_000).text == "2000-02-29T00:00:00.000Z")
        #expect(Timestamp(milliseconds: -1).text == "1969-12-31T23:59:59.999Z")
    }
}
