import ResourceModel
import YAMLDocuments

extension PortSpec: ManifestRecord {
    static let table = FieldTable<PortSpec>(
        "port",
        "A port that a service offers.",
        [
            .text("name", "A name that health checks and instances know the port by.", .portName, example: "http") {
                $0.name = $1
            },
            .integer("target", "The port inside the instances.", 1...65535, example: "80", required: true) {
                $0.target = $1 ?? 0
            },
            .value(
                FieldInfo(
                    "published",
                    "The port on the hosts; of a range one that is free, or with mode host one for each instance.",
                    .portRange,
                    nil,
                    "8080"
                ),
                { $1.portRange($0) },
                { $0.published = $1 }
            ),
            .choice("protocol", "The transport.", default: .tcp) { $0.transport = $1 ?? .tcp },
            .choice("mode", "Whether the port is open on every node or on the instance's own.", default: .ingress) {
                $0.mode = $1 ?? .ingress
            },
            .text("hostIP", "The host's address that the published port listens on.", .address, example: "127.0.0.1") {
                $0.hostIP = $1
            },
        ]
    )
}

extension NetworkAttachment: ManifestRecord {
    static let table = FieldTable<NetworkAttachment>(
        "network attachment",
        "A network that a service is on.",
        [
            .text("network", "The name of the Network.", .name, example: "front", required: true) {
                $0.network = $1 ?? ""
            },
            .texts("aliases", "Further names of the service on this network.", .hostName, example: "[db]") {
                $0.aliases = $1 ?? []
            },
            .map("driverOptions", "Options for the network's driver.", example: "{}") { $1(&$0.driverOptions) },
        ]
    )
}

extension ServiceDependency: ManifestRecord {
    static let table = FieldTable<ServiceDependency>(
        "dependency",
        "A service that must have got somewhere before this one is touched.",
        [
            .text("service", "The name of the Service.", .name, example: "db", required: true) {
                $0.service = $1 ?? ""
            },
            .choice("condition", "How far it must have got.", default: .healthy) { $0.condition = $1 ?? .healthy },
        ]
    )
}

extension HealthCheckDraft: ManifestRecord {
    static let table = FieldTable<HealthCheckDraft>(
        "health check",
        "How an instance's health is found out; exactly one of http, tcp and command.",
        exactlyOne: ["http", "tcp", "command"],
        [
            .record("http", "A GET that must answer.", HTTPProbeDraft.self, example: "{path: /healthz, port: 8080}") {
                $1(&$0.http)
            },
            .record("tcp", "A connection that must be accepted.", TCPProbeDraft.self, example: "{port: 5432}") {
                $1(&$0.tcp)
            },
            .command("command", "A command that must end with 0.", example: "[pg_isready]") { $0.check.command = $1 },
            .duration("interval", "The time between two checks.", default: "30s", example: "10s") {
                $0.check.interval = $1 ?? HealthCheck().interval
            },
            .duration("timeout", "How long one check may take.", default: "30s", example: "3s") {
                $0.check.timeout = $1 ?? HealthCheck().timeout
            },
            .duration(
                "startPeriod",
                "Failures in this time after the start do not count.",
                default: "0s",
                example: "20s"
            ) {
                $0.check.startPeriod = $1 ?? HealthCheck().startPeriod
            },
            .duration("startInterval", "The time between two checks in the start period.", default: "5s", example: "1s")
            {
                $0.check.startInterval = $1 ?? HealthCheck().startInterval
            },
            .integer(
                "retries",
                "How many failures in a row make an instance unhealthy.",
                1...1000,
                default: "3",
                example: "3"
            ) {
                $0.check.retries = $1 ?? HealthCheck().retries
            },
        ]
    )
}

extension HTTPProbeDraft: ManifestRecord {
    static let table = FieldTable<HTTPProbeDraft>(
        "HTTP probe",
        "A GET that must answer with a given status, or with one from 200 to 399.",
        [
            .text("path", "The path to get.", default: "/", example: "/healthz") { $0.probe.path = $1 ?? "/" },
            probePort { $0.port = $1 ?? .number(0) },
            .integer("status", "The status that the answer must have.", 100...599, example: "200") {
                $0.probe.status = $1
            },
        ]
    )
}

extension TCPProbeDraft: ManifestRecord {
    static let table = FieldTable<TCPProbeDraft>(
        "TCP probe",
        "A connection that must be accepted.",
        [probePort { $0.port = $1 ?? .number(0) }]
    )
}

/// The row of a probe's port: a number, or the name of one of the service's ports.
private func probePort<Root>(_ set: @escaping @Sendable (inout Root, ProbePort?) -> Void) -> FieldRow<Root> {
    .value(
        FieldInfo(
            "port",
            "One of the service's target ports, by number or by name.",
            .anyOf([.integer(1...65535), .text(.any)]),
            nil,
            "8080",
            true
        ),
        { $1.probePort($0) },
        set
    )
}

extension ManifestDecoder {
    mutating func probePort(_ node: YAMLNode) -> ProbePort? {
        guard let bytes = bytes(node, "a port or the name of a port") else { return nil }
        if let number = Digits.integer(bytes) {
            guard (1...65535).contains(number) else {
                badPort(node, "\(number)")
                return nil
            }
            return .number(number)
        }
        return .name(String(decoding: bytes, as: UTF8.self))
    }
}
