import Reconciling
import ResourceModel
import Testing

@Suite("What the loop shows of itself can be read by machines")
struct ReportTests {
    @Test("metrics follow the grammar: HELP and TYPE before each family, labels escaped, counters named so")
    func metricsGrammar() throws {
        var shop = Shop { $0.syncs = true }
        shop.service("web", replicas: 2)
        shop.start()
        shop.run(for: .seconds(40))
        shop.stopInstance("web")
        shop.run(for: .seconds(40))
        var metrics = shop.metrics
        metrics.scalings["we\"b\\\n"] = (1, 2)
        let text = metrics.prometheus(lastSuccess: Timestamp(milliseconds: 1_763_000_000_500))
        let families = try Exposition.parse(text)
        func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
            families.values.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
        }
        #expect(value("orchplan_service_instances_healthy", ["service": "web"]) == 2)
        #expect(value("orchplan_reconcile_repairs_total") == 1)
        #expect(value("orchplan_reconcile_drift_found_total") == 1)
        #expect(value("orchplan_reconcile_applies_total", ["outcome": "converged"]) == 2)
        #expect(value("orchplan_reconcile_last_success_timestamp_seconds") == 1_763_000_000)
        #expect(value("orchplan_scale_decisions_total", ["service": "we\"b\\\n", "direction": "down"]) == 2)
        let rounds = families["orchplan_reconcile_rounds_total"]?.samples.map(\.value).reduce(0, +)
        #expect(value("orchplan_reconcile_round_duration_seconds_count") == rounds)
        #expect(value("orchplan_reconcile_round_duration_seconds_bucket", ["le": "+Inf"]) == rounds)
        let buckets = families["orchplan_reconcile_round_duration_seconds"]?.samples
            .filter { $0.name.hasSuffix("_bucket") }.map(\.value)
        #expect(buckets == buckets?.sorted())
        for (name, family) in families where family.type == "counter" { #expect(name.hasSuffix("_total")) }
    }

    @Test("an event is one line of JSON whatever it says")
    func jsonLines() throws {
        let news = ReconcileNews(
            .warning,
            "drift.found",
            "two\nlines \"quoted\" \u{1B}[31m",
            address: ResourceAddress(.service, "web"),
            reason: "gone",
            revision: 3
        )
        let line = news.json(at: Timestamp(milliseconds: 0))
        #expect(!line.contains("\n") && !line.contains("\u{1B}"))
        let value = try CanonicalReader.parse(line.utf8)
        #expect(value["time"] == .string("1970-01-01T00:00:00.000Z"))
        #expect(value["level"] == .string("warning"))
        #expect(value["event"] == .string("drift.found"))
        #expect(value["message"] == .string(news.message))
        #expect(value["address"] == .string("service/web"))
        #expect(value["revision"] == .integer(3))
        #expect(value["details"] == nil)
    }

    @Test("health: unknown before the first round, well after it, unwell when rounds stop")
    func health() {
        var health = ReconcileHealth()
        #expect(health.trouble(now: .zero) == "no round has ended yet")
        health.hasRun = true
        health.lastSuccess = .seconds(100)
        #expect(health.trouble(now: .seconds(190)) == nil)
        #expect(health.trouble(now: .seconds(201)) == "the last successful round was 101s ago")
        health.activity = "applying"
        #expect(health.trouble(now: .seconds(700)) == nil, "an apply may take its time")
        health.failure = "the agent does not answer"
        #expect(health.trouble(now: .seconds(100)) == "the last round failed: the agent does not answer")
    }
}

/// A strict reader of Prometheus' text format 0.0.4.
enum Exposition {
    struct Sample {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Family {
        var type: String
        var samples: [Sample] = []
    }

    struct Fault: Error {
        var line: String
    }

    static func parse(_ text: String) throws -> [String: Family] {
        guard text.hasSuffix("\n") else { throw Fault(line: "no line break at the end") }
        var families: [String: Family] = [:]
        var help: String?
        var current: String?
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if let match = line.wholeMatch(of: #/# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*)/#) {
                help = String(match.1)
            } else if let match = line.wholeMatch(of: #/# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/#) {
                let name = String(match.1)
                guard help == name, families[name] == nil else { throw Fault(line: String(line)) }
                families[name] = Family(type: String(match.2))
                current = name
            } else {
                let sample = try sample(line)
                guard let current, let family = families[current] else { throw Fault(line: String(line)) }
                let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                guard suffixes.contains(where: { current + $0 == sample.name }) else { throw Fault(line: String(line)) }
                families[current]?.samples.append(sample)
            }
        }
        return families
    }

    private static func sample(_ line: Substring) throws -> Sample {
        let pattern = #/([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?[0-9.e+-]+|\+Inf|NaN)/#
        guard let match = line.wholeMatch(of: pattern), let value = Double(match.3) else {
            throw Fault(line: String(line))
        }
        var labels: [String: String] = [:]
        var rest = match.2 ?? ""
        while !rest.isEmpty {
            guard let label = rest.prefixMatch(of: #/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|$)/#) else {
                throw Fault(line: String(line))
            }
            let name = String(label.1)
            let text = String(label.2).replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
                .replacing("\\\\", with: "\\")
            guard labels.updateValue(text, forKey: name) == nil else { throw Fault(line: String(line)) }
            rest = rest[label.range.upperBound...]
        }
        return Sample(name: String(match.1), labels: labels, value: value)
    }
}
