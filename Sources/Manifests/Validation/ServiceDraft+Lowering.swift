import ResourceModel
import SourceDiagnostics

extension ServiceDraft: KindDraft {
    static var kind: ResourceKind { .service }

    mutating func lowered(_ decoder: inout ManifestDecoder, _ site: borrowing Site) -> ResourceSpec {
        checkNames(&decoder, site)
        checkProgram(&decoder, site)
        checkScale(&decoder, site)
        checkPorts(&decoder, site)
        checkMounts(&decoder, site)
        checkHostPaths(&decoder, site)
        checkFiles(&decoder, site)
        checkReferences(&decoder, site)
        checkRepeated(&decoder, site)
        checkLimits(&decoder, site)
        checkLogging(&decoder, site)
        checkPolicies(&decoder, site)
        if !envFiles.isEmpty { readEnvFiles(&decoder, site) }
        if let draft = healthcheck { spec.healthcheck = draft.lowered(&decoder, site, "healthcheck", spec.ports) }
        if let draft = readiness { spec.readiness = draft.lowered(&decoder, site, "readiness", spec.ports) }
        return .service(Self.take(&spec))
    }

    /// Hands the spec on: it is finished, and a copy would count every reference that it holds.
    private static func take(_ spec: inout ServiceSpec) -> ServiceSpec {
        let finished = consume spec
        spec = ServiceSpec()
        return finished
    }

    private func checkProgram(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        let needsCommand = decoder.context.limits?.capabilities.requiresCommand ?? false
        if needsCommand, spec.command?.isEmpty ?? true, spec.entrypoint?.isEmpty ?? true, !Self.gives("command", site) {
            decoder.report(
                .needsCommand,
                "Service `\(site.name)` has no `command`, and the driver \(decoder.context.limits?.capabilities.driver ?? "")"
                    + " does not run images",
                at: site.nameRange,
                help: ["add `command: [/usr/bin/python3, -m, http.server]`, a program of the host"]
            )
        }
        if let limits = decoder.context.limits, !limits.has(spec.mode) {
            decoder.report(
                .unsupportedMode,
                "the driver \(limits.capabilities.driver) has no \(spec.mode.rawValue) services",
                at: site.range("mode")
            )
        }
        if let command = spec.command, command.first?.isEmpty ?? true {
            decoder.report(
                .outOfRange,
                "the command of Service `\(site.name)` names no program",
                at: site.range("command"),
                help: ["remove `command` to run what the image runs"]
            )
        }
        // A field that is there but could not be read is not missing too.
        if spec.image == nil, !needsCommand, !Self.gives("image", site), site.base != nil {
            decoder.report(
                .missingField,
                "Service `\(site.name)` has no `image`",
                at: site.nameRange,
                help: ["add `image: nginx:1.27`"]
            )
        }
    }

    static func gives(_ field: String, _ site: borrowing Site) -> Bool { site.seen & table.bit(field) != 0 }

    private func checkScale(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        if spec.mode.isGlobal, spec.replicas != 1 {
            decoder.report(
                .conflict,
                "a \(spec.mode.rawValue) service has one instance on every node, not `replicas`",
                at: site.range("replicas"),
                secondary: [Label(site.range("mode"), "the mode is given here")],
                help: ["remove `replicas`, or make the mode replicated"]
            )
        }
        guard let scale = spec.scale else { return }
        if scale.min > scale.max {
            decoder.report(
                .conflict,
                "`scale.min` is \(scale.min), but `scale.max` is \(scale.max)",
                at: site.range("scale.min"),
                secondary: [Label(site.range("scale.max"), "the most is given here")]
            )
        }
        if spec.mode != .replicated {
            decoder.report(.conflict, "only a replicated service can be scaled", at: site.range("scale"))
        }
        if scale.metric == .command, scale.command?.isEmpty ?? true {
            decoder.report(.missingField, "the metric command needs `scale.command`", at: site.range("scale.metric"))
        }
        if let target = scale.target, target.allSatisfy({ $0 == "0" || $0 == "." || $0 == "%" }) {
            decoder.report(.outOfRange, "`scale.target` must be more than 0", at: site.range("scale.target"))
        } else if scale.targetValue == nil {
            let example = ScaleTarget.example(of: scale.metric)
            let metric = scale.metric.rawValue
            if scale.target == nil {
                decoder.report(
                    .missingField,
                    "the metric \(metric) needs `scale.target`",
                    at: site.range("scale"),
                    help: ["write \(example)"]
                )
            } else {
                decoder.report(
                    .invalidUnit,
                    "`scale.target` is no target for the metric \(metric)",
                    at: site.range("scale.target"),
                    help: ["write \(example)"]
                )
            }
        }
    }

    private func checkPolicies(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        checkMemory(spec.resources?.limits?.memory, "limits", &decoder, site)
        checkMemory(spec.resources?.reservations?.memory, "reservations", &decoder, site)
        if let limits = spec.resources?.limits, let reserved = spec.resources?.reservations {
            if let most = limits.cpus, let least = reserved.cpus, least > most {
                contradiction(&decoder, site, "cpus", least.text, most.text)
            }
            if let most = limits.memory, let least = reserved.memory, least > most {
                contradiction(&decoder, site, "memory", least.text, most.text)
            }
        }
        if let signal = spec.stopSignal, KernelNames.signalNumber(signal) == nil {
            let near = KernelNames.nearSignal(signal)
            decoder.report(
                .unknownValue,
                "`stopSignal` cannot be `\(ManifestDecoder.shortened(signal))`",
                at: site.range("stopSignal"),
                mending: near.map { [decoder.correction($0, of: signal, at: site.range("stopSignal"))] }
                    ?? [Help("write a signal such as SIGTERM")]
            )
        }
        checkPlacement(&decoder, site)
        for (index, path) in spec.ignoreChanges.enumerated() where Explain.field(path, of: Self.table.info) == nil {
            let near = Suggestion.nearest(path, in: Self.table.info.fields.map(\.name.text))
            decoder.report(
                .unknownField,
                "`ignoreChanges` names `\(ManifestDecoder.shortened(path))`, which is no field of a Service",
                at: site.range("ignoreChanges[\(index)]"),
                mending: near.map { [decoder.correction($0, of: path, at: site.range("ignoreChanges[\(index)]"))] }
                    ?? []
            )
        }
    }

    private func checkPlacement(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        for (index, constraint) in (spec.placement?.constraints ?? []).enumerated() {
            guard let complaint = PlacementRules.complaint(aboutConstraint: constraint) else { continue }
            let range = site.range("placement.constraints[\(index)]")
            let help = complaint.correction.map { decoder.correction($0, of: constraint, at: range, complaint.help) }
            decoder.report(
                .invalidExpression,
                complaint.message,
                at: range,
                mending: [help ?? Help(complaint.help)]
            )
        }
        for (index, preference) in (spec.placement?.preferences ?? []).enumerated() {
            guard let complaint = PlacementRules.complaint(aboutPreference: preference) else { continue }
            let range = site.range("placement.preferences[\(index)]")
            decoder.report(.invalidExpression, complaint.message, at: range, help: [complaint.help])
        }
    }

    private func checkMemory(
        _ memory: ByteCount?,
        _ name: String,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site
    ) {
        guard let memory, memory.bytes == 0 else { return }
        let range = site.range("resources.\(name).memory")
        decoder.report(.outOfRange, "`resources.\(name).memory` must be more than 0", at: range)
    }

    private func contradiction(
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ what: String,
        _ least: String,
        _ most: String
    ) {
        decoder.report(
            .conflict,
            "\(least) of \(what) is reserved, but the limit is \(most)",
            at: site.range("resources.reservations.\(what)"),
            secondary: [Label(site.range("resources.limits.\(what)"), "the limit is given here")]
        )
    }
}

extension HealthCheckDraft {
    /// The check with its ports by number, after its own rules are checked.
    func lowered(
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ path: String,
        _ ports: [PortSpec]
    ) -> HealthCheck {
        var result = check
        if (http != nil ? 1 : 0) + (tcp != nil ? 1 : 0) + (check.command != nil ? 1 : 0) != 1 {
            reportProbes(&decoder, site, path)
        }
        if let command = check.command, command.isEmpty {
            decoder.report(.outOfRange, "the command of `\(path)` is empty", at: site.range("\(path).command"))
        }
        if check.timeout > check.interval, site.gives("\(path).timeout") {
            decoder.report(
                .conflict,
                "the timeout of `\(path)` is \(check.timeout.text), longer than its interval of \(check.interval.text)",
                at: site.range("\(path).timeout"),
                severity: .warning,
                secondary: site.gives("\(path).interval")
                    ? [Label(site.range("\(path).interval"), "the interval is given here")] : []
            )
        }
        if check.interval <= .zero { reportZero("interval", &decoder, site, path) }
        if check.timeout <= .zero { reportZero("timeout", &decoder, site, path) }
        if let http {
            var probe = http.probe
            probe.port = resolved(http.port, &decoder, site, "\(path).http.port", ports)
            if probe.path.utf8.first != UInt8(ascii: "/") {
                decoder.report(
                    .invalidPath,
                    "`\(ManifestDecoder.shortened(probe.path))` does not start with `/`",
                    at: site.range("\(path).http.path")
                )
            }
            result.http = probe
        }
        if let tcp {
            var probe = TCPProbe()
            probe.port = resolved(tcp.port, &decoder, site, "\(path).tcp.port", ports)
            result.tcp = probe
        }
        return result
    }

    /// Says that a check has none or several of the probes of which it takes one.
    private func reportProbes(_ decoder: inout ManifestDecoder, _ site: borrowing Site, _ path: String) {
        let given = [http != nil ? "http" : nil, tcp != nil ? "tcp" : nil, check.command != nil ? "command" : nil]
            .compactMap { $0 }
        // A probe that is mistyped or could not be read is one mistake, not two.
        let isReported =
            given.isEmpty
            && (site.hasUnknown(path, Self.table)
                || ["http", "tcp", "command"].contains { site.gives("\(path).\($0)") })
        guard !isReported else { return }
        decoder.report(
            .oneOf,
            given.isEmpty
                ? "`\(path)` has no probe"
                : "`\(path)` has \(given.count) probes: \(given.joined(separator: ", "))",
            at: given.isEmpty ? site.range(path) : site.range("\(path).\(given[1])"),
            secondary: given.isEmpty ? [] : [Label(site.range("\(path).\(given[0])"), "the first is here")],
            help: ["give exactly one of http, tcp and command"]
        )
    }

    private func reportZero(
        _ name: String,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ path: String
    ) {
        decoder.report(.outOfRange, "`\(path).\(name)` must be more than 0", at: site.range("\(path).\(name)"))
    }

    private func resolved(
        _ port: ProbePort,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ path: String,
        _ ports: [PortSpec]
    ) -> Int {
        guard case .name(let name) = port else {
            guard case .number(let number) = port else { return 0 }
            checkOffered(number, &decoder, site, path, ports)
            return number
        }
        if let found = ports.first(where: { $0.name == name }) { return found.target }
        // A port that could not be read is there all the same.
        if site.hasItem("ports", named: name) { return 0 }
        let names = ports.compactMap(\.name)
        decoder.report(
            .undefinedReference,
            "no port of the service is named `\(ManifestDecoder.shortened(name))`",
            at: site.range(path),
            mending: Suggestion.nearest(name, in: names)
                .map { [decoder.correction($0, of: name, at: site.range(path))] }
                ?? [Help("give a port `name: \(name)`")]
        )
        return 0
    }

    /// Says that a probe asks at a port which the service does not have, so that no instance gets healthy.
    private func checkOffered(
        _ number: Int,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ path: String,
        _ ports: [PortSpec]
    ) {
        // Ports that could not be read are there all the same.
        guard number != 0, !ports.isEmpty, !ports.contains(where: { $0.target == number }),
            site.itemCount("ports") <= ports.count
        else { return }
        decoder.report(
            .undefinedReference,
            "no port of the service has the target \(number)",
            at: site.range(path),
            secondary: [Label(site.range("ports"), "its ports are given here")],
            help: ["add \(number) to `ports`; one that is not published stays inside"]
        )
    }
}
