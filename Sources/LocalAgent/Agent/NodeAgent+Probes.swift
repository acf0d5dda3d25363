import Glibc
import ResourceModel

extension NodeAgent {
    /// Starts the probe loops of a run.
    func beginProbes(_ instance: InstanceRuntime) {
        instance.endProbes()
        for kind in ProbeKind.allCases {
            guard let check = instance.machine.policy.check(kind) else { continue }
            let probe = Probe(target: target(of: check, instance), timeout: check.timeout)
            let id = instance.record.id
            let run = instance.record.run
            instance.probes.append(
                Task {
                    var cadence = ProbeCadence(check)
                    while !Task.isCancelled {
                        let result = await probe.run(watcher)
                        guard !Task.isCancelled, instances[id]?.record.run == run else { return }
                        send(.probed(kind, result), to: id)
                        let pause = cadence.next(after: result)
                        guard (try? await Task.sleep(for: pause)) != nil else { return }
                    }
                }
            )
        }
    }

    private func target(of check: HealthCheck, _ instance: InstanceRuntime) -> Probe.Target {
        func port(_ target: Int) -> Int? { instance.record.ports.first { $0.target == target }?.port }
        if let http = check.http {
            guard let port = port(http.port) else { return .broken("port \(http.port) is no port of the service") }
            return .http(address: "127.0.0.1", port: port, path: http.path, status: http.status)
        }
        if let tcp = check.tcp {
            guard let port = port(tcp.port) else { return .broken("port \(tcp.port) is no port of the service") }
            return .tcp(address: "127.0.0.1", port: port)
        }
        do throws(AgentError) {
            return .command(try sandboxCommand(check.command ?? [], instance))
        } catch {
            return .broken(error.message)
        }
    }

    private func sandboxCommand(
        _ command: [String],
        _ instance: InstanceRuntime
    ) throws(AgentError) -> SandboxCommand {
        let plan =
            if let plan = instance.plan {
                plan
            } else {
                try SandboxPlan.make(request(for: instance.record), host: Host())
            }
        instance.plan = plan
        guard let sandbox = instance.sandbox else {
            throw AgentError(.transient, "the sandbox is not up")
        }
        let spec = instance.record.spec
        let isRoot = geteuid() == 0
        return SandboxCommand(
            sandbox: sandbox.identity,
            hasUserNamespace: !isRoot,
            command: plan.user.prefix + command,
            environment: try plan.environment { content throws(AgentError) in try self.content(content) },
            capabilities: !isRoot
                ? []
                : spec.privileged ? CapabilityTable.all : CapabilityTable.numbers(add: spec.capAdd, drop: spec.capDrop),
            cgroups: instance.record.cgroups,
            limits: plan.limits
        )
    }
}

/// When the next probe is due.
///
/// Until the first success probes come quickly, from 20 ms (commands: 100 ms) to a second apart and never slower than the manifest says:
/// an instance gets its connections as soon as it can take them. Failures in that time count no more than the Engine's
/// rules have it (see `ProbeCounter`).
struct ProbeCadence {
    private let check: HealthCheck
    private let started = ContinuousClock.now
    private var quick: Duration
    private var hasSucceeded = false

    init(_ check: HealthCheck) {
        self.check = check
        // A connection costs next to nothing, a command a few processes.
        quick = check.command == nil ? .milliseconds(20) : .milliseconds(100)
    }

    mutating func next(after result: ProbeResult) -> Duration {
        hasSucceeded = hasSucceeded || result.isSuccess
        let grace = ProbeCounter.graceTime(check)
        if hasSucceeded || .now - started >= grace { return max(check.interval, .milliseconds(1)) }
        defer { quick = min(quick * 3 / 2, .seconds(1)) }
        return min(quick, check.startInterval > .zero ? check.startInterval : quick, check.interval)
    }
}
