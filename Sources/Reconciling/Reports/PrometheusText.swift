import ResourceModel

/// Writes figures in the text format that Prometheus reads (version 0.0.4).
struct PrometheusText {
    private(set) var text = ""

    /// One family with its samples; labels are written in the order given.
    mutating func family(
        _ name: String,
        _ type: String,
        _ help: String,
        _ samples: [(suffix: String, labels: [(String, String)], value: Double)]
    ) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for sample in samples {
            text += name + sample.suffix
            if !sample.labels.isEmpty {
                text += "{" + sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
            }
            text += " \(Self.number(sample.value))\n"
        }
    }

    mutating func single(_ name: String, _ type: String, _ help: String, _ value: Double) {
        family(name, type, help, [("", [], value)])
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

extension ReconcileMetrics {
    /// All figures, in a fixed order.
    ///
    /// - Parameter lastSuccess: The wall clock's time at which a round last succeeded; nil: none did.
    package func prometheus(lastSuccess: Timestamp?) -> String {
        var out = PrometheusText()
        out.family(
            "orchplan_reconcile_rounds_total",
            "counter",
            "Rounds of the reconcile loop, by how they ended.",
            Round.allCases.map { ("", [("outcome", $0.rawValue)], Double(rounds[$0] ?? 0)) }
        )
        let total = Double(rounds.values.reduce(0, +))
        var buckets: [(suffix: String, labels: [(String, String)], value: Double)] = zip(Self.buckets, durations)
            .map { ("_bucket", [("le", PrometheusText.number($0))], Double($1)) }
        buckets.append(("_bucket", [("le", "+Inf")], total))
        buckets += [("_sum", [], durationSum), ("_count", [], total)]
        out.family(
            "orchplan_reconcile_round_duration_seconds",
            "histogram",
            "How long rounds took, applies included.",
            buckets
        )
        out.single(
            "orchplan_reconcile_last_success_timestamp_seconds",
            "gauge",
            "When a round last succeeded, in seconds since 1970; 0: never.",
            Double((lastSuccess?.milliseconds ?? 0) / 1000)
        )
        out.single(
            "orchplan_reconcile_drift_found_total",
            "counter",
            "Ways in which the cluster was found other than recorded.",
            Double(driftFound)
        )
        out.single(
            "orchplan_reconcile_differences",
            "gauge",
            "Changes that the last round left undone.",
            Double(differences)
        )
        out.single(
            "orchplan_reconcile_repairs_total",
            "counter",
            "Resources that were put right after drift.",
            Double(repairs)
        )
        let outcomes = RevisionOutcome.allCases.filter { $0 != .running }
        out.family(
            "orchplan_reconcile_applies_total",
            "counter",
            "Applies, by how they ended.",
            outcomes.map { ("", [("outcome", $0.rawValue)], Double(applies[$0.rawValue] ?? 0)) }
        )
        out.single(
            "orchplan_manifest_load_errors_total",
            "counter",
            "How often the manifests could not be used.",
            Double(manifestErrors)
        )
        writeServices(&out)
        return out.text
    }

    private func writeServices(_ out: inout PrometheusText) {
        func gauge(_ name: String, _ type: String, _ help: String, _ value: (Service) -> Int) {
            let samples = services.sorted { $0.key < $1.key }
            out.family(name, type, help, samples.map { ("", [("service", $0.key)], Double(value($0.value))) })
        }
        gauge("orchplan_service_instances_desired", "gauge", "Instances that are to exist.", \.desired)
        gauge("orchplan_service_instances_running", "gauge", "Instances whose process runs.", \.running)
        gauge("orchplan_service_instances_healthy", "gauge", "Instances that take connections.", \.healthy)
        gauge(
            "orchplan_service_instance_restarts_total",
            "counter",
            "Restarts of instances seen by the loop.",
            \.restarts
        )
        out.family(
            "orchplan_scale_decisions_total",
            "counter",
            "Replica counts that were set because of the load, by direction.",
            scalings.sorted { $0.key < $1.key }
                .flatMap { name, counts in
                    [
                        ("", [("service", name), ("direction", "up")], Double(counts.up)),
                        ("", [("service", name), ("direction", "down")], Double(counts.down)),
                    ]
                }
        )
    }
}
