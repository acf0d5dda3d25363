import ResourceModel
import SourceDiagnostics

/// A service as its manifest says it, before lowering: what needs the rest of the manifest to be understood.
struct ServiceDraft: Sendable {
    var spec = ServiceSpec()
    var protect = false
    var envFiles: [String] = []
    var healthcheck: HealthCheckDraft?
    var readiness: HealthCheckDraft?
}

/// A health check whose ports may still be names.
struct HealthCheckDraft: Sendable {
    var check = HealthCheck()
    var http: HTTPProbeDraft?
    var tcp: TCPProbeDraft?
}

/// A port by number or by name.
enum ProbePort: Sendable, Hashable {
    case number(Int)
    case name(String)
}

/// An HTTP probe whose port may still be a name.
struct HTTPProbeDraft: Sendable {
    var probe = HTTPProbe()
    var port = ProbePort.number(0)
}

/// A TCP probe whose port may still be a name.
struct TCPProbeDraft: Sendable {
    var port = ProbePort.number(0)
}
