import ResourceModel

extension Tour {
    /// The summary for other programs: `{"format":"1.0","seeds":…,"failures":[{"seed":…,"invariant":…,"message":…}],…}`.
    package var json: String {
        var writer = CanonicalWriter(reservingCapacity: 4096)
        writer.beginObject()
        writer.key("format")
        writer.string("1.0")
        for (key, value) in [
            ("seeds", statistics.seeds), ("applies", statistics.applies), ("steps", statistics.steps),
            ("comparisons", statistics.comparisons), ("heartbeats", statistics.heartbeats),
            ("unlocks", statistics.unlocks), ("milliseconds", Int(elapsed / .milliseconds(1))),
        ] {
            writer.key(key)
            writer.integer(Int64(value))
        }
        write("endings", statistics.endings, &writer)
        write(
            "faults",
            Dictionary(uniqueKeysWithValues: statistics.faults.map { ($0.key.rawValue, $0.value) }),
            &writer
        )
        write("crashes", statistics.crashes, &writer)
        write("pauses", statistics.pauses, &writer)
        write(
            "checks",
            Dictionary(uniqueKeysWithValues: statistics.checks.map { ($0.key.rawValue, $0.value) }),
            &writer
        )
        writer.key("failures")
        writer.beginArray()
        for failure in failures {
            writer.beginObject()
            writer.key("seed")
            writer.integer(Int64(clamping: failure.seed))
            writer.key("invariant")
            writer.string(failure.violations.first?.invariant.rawValue ?? "")
            writer.key("message")
            writer.string(failure.violations.first?.message ?? "")
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ name: String, _ counts: [String: Int], _ writer: inout CanonicalWriter) {
        writer.key(name)
        writer.beginObject()
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            writer.integer(Int64(count))
        }
        writer.endObject()
    }
}
