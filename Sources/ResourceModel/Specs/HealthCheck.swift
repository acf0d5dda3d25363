/// How an instance's health is found out.
///
/// Defaults are the Engine's (interval and timeout 30 s, 3 retries, start interval 5 s, no start period).
package struct HealthCheck: Sendable, Hashable {
    package var http: HTTPProbe?
    package var tcp: TCPProbe?
    package var command: [String]?
    package var interval = Duration.seconds(30)
    package var timeout = Duration.seconds(30)
    /// Failures in this time after the start do not count; the first success ends it.
    package var startPeriod = Duration.zero
    /// The interval during the start period.
    package var startInterval = Duration.seconds(5)
    package var retries = 3

    package init() {}
}

extension HealthCheck: CanonicalRecord {
    package static let fields: [CanonicalField<HealthCheck>] = [
        .init("http", \.http),
        .init("tcp", \.tcp),
        .init("command", \.command),
        .init("interval", \.interval),
        .init("timeout", \.timeout),
        .init("startPeriod", \.startPeriod),
        .init("startInterval", \.startInterval),
        .init("retries", \.retries),
    ]
}

/// A GET that must answer with a given status; without one, any from 200 to 399.
package struct HTTPProbe: Sendable, Hashable {
    package var path = "/"
    /// One of the service's target ports.
    package var port = 0
    package var status: Int?

    package init() {}
}

extension HTTPProbe: CanonicalRecord {
    package static let fields: [CanonicalField<HTTPProbe>] = [
        .init("path", \.path), .init("port", \.port), .init("status", \.status),
    ]
}

/// A connection that must be accepted.
package struct TCPProbe: Sendable, Hashable {
    /// One of the service's target ports.
    package var port = 0

    package init() {}
}

extension TCPProbe: CanonicalRecord {
    package static let fields: [CanonicalField<TCPProbe>] = [.init("port", \.port)]
}
