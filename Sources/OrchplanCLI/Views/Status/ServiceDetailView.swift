import ResourceModel

/// One service with all that is known of it.
package struct ServiceDetailView: Sendable {
    package var service: ServiceStatus
    package var report: StatusReport
    var showsLogs: Bool

    private static let mostEvents = 12

    package init(_ service: ServiceStatus, _ report: StatusReport, showsLogs: Bool = true) {
        self.showsLogs = showsLogs
        self.service = service
        self.report = report
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        let isUp = service.healthy >= service.desired || service.health == .completed
        let dot = StyledText(isUp ? format.glyphs.filledDot : format.glyphs.emptyDot, service.look)
        let head =
            dot + " \(service.address.name, .bold)  \(service.word, service.look)"
            + "  \(standing)\(service.notice.map { ", " + $0 } ?? "")"
        var lines = head.wrapped(to: format.width, indent: 4)
        let facts = self.facts
        let width = facts.map { StyledText($0.0).width }.max() ?? 0
        for (name, value) in facts {
            let head = ("  " + StyledText(name, .dim)).padded(to: width + 4)
            lines += (head + value).wrapped(to: format.proseWidth, indent: width + 4)
        }
        let instances = InstanceTable(service.instances, report.now).lines(format)
        if !instances.isEmpty { lines += [""] + instances }
        let troubles = TroubleView(service, showsLogs: showsLogs).lines(format)
        if !troubles.isEmpty { lines += [""] + troubles }
        let events = self.events(format)
        return lines + (events.isEmpty ? [] : [""] + events)
    }

    /// How many instances are as they are to be: a job's are done some day, others are healthy.
    private var standing: String {
        guard service.spec?.mode.isJob == true else { return "\(service.healthy) of \(service.desired) healthy" }
        return "\(service.instances.count { $0.observed.phase == .completed }) of \(service.desired) done"
    }

    private var facts: [(String, StyledText)] {
        var facts: [(String, StyledText)] = []
        if let spec = service.spec {
            facts.append(("mode", StyledText(Self.mode(spec, service.desired))))
            let command = ((spec.entrypoint ?? []) + (spec.command ?? [])).joined(separator: " ")
            if !command.isEmpty { facts.append(("command", StyledText(command).clipped(to: 160))) }
            if let image = spec.image {
                // Docker's own way to shorten them: nobody compares 64 digits by eye.
                let digest = spec.imageDigest.map { " (\($0.prefix(19)))" } ?? ""
                facts.append(("image", "\(image)\(digest, .dim)"))
            }
        }
        for port in service.ports {
            let name = port.name.map { "\($0): " } ?? ""
            let own = service.virtualAddress.map { " (\($0))" } ?? ""
            let outside: StyledText = port.outside.map { ", published at \($0, .bold)" } ?? ""
            facts.append(("port", "\(name)\(port.inside)\("\(own)", .dim)" + outside))
        }
        if let spec = service.spec, !spec.ports.isEmpty {
            facts.append(("balancing", StyledText((spec.loadBalancing ?? .roundRobin).words)))
        }
        if let networks = service.spec?.networks, !networks.isEmpty {
            let names = networks.map {
                $0.aliases.isEmpty ? $0.network : "\($0.network) (also \(Words.list($0.aliases)))"
            }
            facts.append(("networks", StyledText(Words.list(names))))
        }
        if let check = service.spec?.healthcheck { facts.append(("health", StyledText(check.words))) }
        if let check = service.spec?.readiness { facts.append(("readiness", StyledText(check.words))) }
        if let limits = service.spec?.resources?.limits {
            let held = LimitWords.text(service.instances)
            facts.append(("limits", held ?? LimitWords.text(limits, unsupported: report.unsupported)))
        }
        if service.updated < service.instances.count {
            let state = report.holder == nil ? "stopped" : "going on"
            facts.append(("rollout", StyledText("\(state), \(service.progress)", .yellow)))
        }
        facts.append(("revision", StyledText(service.revision.map { "\($0)" } ?? "not recorded")))
        return facts
    }

    private static func mode(_ spec: ServiceSpec, _ desired: Int) -> String {
        switch spec.mode {
        case .replicated:
            Words.count(desired, "replica")
                + (spec.scale.map { ", \($0.min) to \($0.max) by \($0.metric.rawValue)" } ?? "")
        case .global: "one on every node"
        case .replicatedJob: "a job, \(Words.count(desired, "time"))"
        case .globalJob: "a job on every node"
        }
    }

    private func events(_ format: ViewFormat) -> [StyledText] {
        guard !service.events.isEmpty else { return [] }
        var lines: [StyledText] = [StyledText("LAST EVENTS", .dim)]
        for event in service.events.suffix(Self.mostEvents) {
            let age = StyledText(Words.age(report.now.since(event.time)), .dim).padded(to: 4, right: true)
            lines.append(
                (age + "\(" ago", .dim)  \(event.words(in: service.address.name))")
                    .clipped(to: format.width, ellipsis: format.glyphs.ellipsis)
            )
        }
        return lines
    }
}

extension LoadBalancing {
    /// How connections are spread over the healthy instances.
    fileprivate var words: String {
        switch self {
        case .roundRobin: "round robin"
        case .leastConnections: "least connections"
        }
    }
}

extension HealthCheck {
    /// `GET /health on port 8000 every 2s, 3 failures in a row count`.
    var words: String {
        let probe =
            if let http {
                "GET \(http.path) on port \(http.port)\(http.status.map { ", status \($0)" } ?? "")"
            } else if let tcp {
                "a connection to port \(tcp.port)"
            } else { (command ?? []).joined(separator: " ") }
        return "\(probe), every \(interval.text), at most \(timeout.text), \(Words.count(retries, "retry", "retries"))"
    }
}
