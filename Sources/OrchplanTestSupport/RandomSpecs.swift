import ResourceModel

/// Random specs that touch every field, for properties that must hold for all of them.
package struct RandomSpecs: Sendable {
    package var generator: SeededGenerator

    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// Text with everything that a codec may trip over.
    package mutating func text() -> String {
        let pieces = [
            "web", "a b", "é", "日本", "\"", "\\", "\n", "\t", "${X}", "0644", "yes", "😀", "", "e\u{301}", "\u{1}",
        ]
        return (0..<generator.number(0...3)).map { _ in generator.pick(pieces, default: "x") }.joined()
    }

    package mutating func name() -> String {
        "n\(generator.number(0...999))"
    }

    package mutating func duration() -> Duration {
        .milliseconds(generator.number(0...10_000_000))
    }

    package mutating func texts() -> [String] {
        (0..<generator.number(0...3)).map { _ in text() }
    }

    /// Texts that can be a line each of a file.
    package mutating func lines() -> [String] {
        texts().map { String(String.UnicodeScalarView($0.unicodeScalars.filter { $0.value >= 0x20 })) }
    }

    package mutating func map() -> SortedMap<String> {
        SortedMap((0..<generator.number(0...4)).map { _ in .init(key: name(), value: text()) })
    }

    package mutating func maybe<Value>(_ make: (inout RandomSpecs) -> Value) -> Value? {
        generator.chance() ? make(&self) : nil
    }

    /// A service with a random choice of fields set; not a valid one in every respect.
    package mutating func service() -> ServiceSpec {
        var spec = ServiceSpec()
        process(&spec)
        surroundings(&spec)
        policies(&spec)
        return spec
    }

    private mutating func process(_ spec: inout ServiceSpec) {
        spec.image = maybe { $0.text() }
        spec.pullPolicy = maybe { $0.generator.pick(PullPolicy.allCases, default: .always) }
        spec.platform = maybe { $0.text() }
        spec.name = maybe { $0.text() }
        spec.rootfs = maybe { $0.text() }
        spec.entrypoint = maybe { $0.texts() }
        spec.command = maybe { $0.texts() }
        for _ in 0..<generator.number(0...3) {
            spec.environment[name()] = generator.pick(
                [
                    .text(text()), .secret(name: name(), object: maybe { $0.name() }),
                    .config(name: name(), object: nil),
                ],
                default: .text("")
            )
        }
        spec.workingDir = maybe { $0.text() }
        spec.user = maybe { $0.text() }
        spec.groups = texts()
        spec.hostname = maybe { $0.text() }
        spec.initProcess = maybe { $0.generator.chance() }
        spec.tty = generator.chance()
        spec.stdin = generator.chance()
        spec.readOnly = generator.chance()
        spec.stopSignal = maybe { $0.text() }
        spec.stopGracePeriod = maybe { $0.duration() }
        spec.capAdd = texts()
        spec.capDrop = texts()
        spec.securityOptions = texts()
        spec.sysctls = map()
        spec.shmSize = maybe { ByteCount(bytes: Int64($0.generator.number(0...1 << 40))) }
        spec.devices = texts()
        spec.privileged = generator.chance()
        if generator.chance() { spec.ulimits["nofile"] = Ulimit(soft: generator.number(-1...99), hard: 100) }
    }

    private mutating func surroundings(_ spec: inout ServiceSpec) {
        spec.labels = map()
        spec.containerLabels = map()
        spec.ports = (0..<generator.number(0...3)).map { _ in port() }
        spec.networks = (0..<generator.number(0...2))
            .map { _ in
                NetworkAttachment(network: name(), aliases: texts())
            }
        spec.endpointMode = maybe { $0.generator.pick(EndpointMode.allCases, default: .vip) }
        spec.loadBalancing = maybe { $0.generator.pick(LoadBalancing.allCases, default: .roundRobin) }
        spec.dns = texts()
        spec.dnsSearch = lines()
        spec.dnsOptions = lines()
        spec.extraHosts = lines()
        spec.mounts = (0..<generator.number(0...2))
            .map { _ in
                MountSpec(
                    type: generator.pick(MountType.allCases, default: .volume),
                    source: maybe { $0.name() },
                    target: text(),
                    readOnly: generator.chance()
                )
            }
        spec.secrets = (0..<generator.number(0...2)).map { _ in reference() }
        spec.configs = (0..<generator.number(0...2)).map { _ in reference() }
    }

    private mutating func policies(_ spec: inout ServiceSpec) {
        spec.mode = generator.pick(ServiceMode.allCases, default: .replicated)
        spec.replicas = generator.number(0...9)
        spec.scale = maybe { random in
            var scale = ScalePolicy()
            scale.max = random.generator.number(1...9)
            scale.target = random.maybe { "\($0.generator.number(1...99))%" }
            scale.command = random.maybe { $0.texts() }
            return scale
        }
        spec.healthcheck = maybe { $0.healthCheck() }
        spec.readiness = maybe { $0.healthCheck() }
        spec.resources = maybe { random in
            var resources = ResourceRequirements()
            var limits = ResourceLimits()
            limits.cpus = random.maybe { CPUCount(nanoCPUs: Int64($0.generator.number(0...9_999_999_999))) }
            limits.pids = random.maybe { $0.generator.number(1...99) }
            resources.limits = limits
            return resources
        }
        spec.placement = maybe { random in
            var placement = Placement()
            placement.constraints = random.texts()
            placement.maxPerNode = random.maybe { $0.generator.number(1...9) }
            return placement
        }
        spec.restart = maybe { RestartPolicy(condition: $0.generator.pick(RestartCondition.allCases, default: .any)) }
        spec.update = maybe { $0.updatePolicy() }
        spec.rollback = maybe { $0.updatePolicy() }
        spec.dependsOn = (0..<generator.number(0...2))
            .map { _ in
                ServiceDependency(
                    service: name(),
                    condition: generator.pick(DependencyCondition.allCases, default: .healthy)
                )
            }
        spec.logging = maybe { random in
            var logging = LoggingSpec()
            logging.options = random.map()
            return logging
        }
        spec.ignoreChanges = texts()
    }

    private mutating func port() -> PortSpec {
        var port = PortSpec()
        port.name = maybe { $0.name() }
        port.target = generator.number(1...65535)
        port.published = maybe { PortRange(80, 80 + $0.generator.number(0...9)) }
        port.transport = generator.pick(TransportProtocol.allCases, default: .tcp)
        port.mode = generator.pick(PublishMode.allCases, default: .ingress)
        port.hostIP = maybe { $0.text() }
        return port
    }

    private mutating func reference() -> FileReference {
        var reference = FileReference(source: name(), target: maybe { $0.text() })
        reference.uid = maybe { $0.text() }
        reference.mode = maybe { FileMode(bits: UInt16($0.generator.number(0...0o7777))) }
        reference.object = maybe { $0.name() }
        return reference
    }

    private mutating func healthCheck() -> HealthCheck {
        var check = HealthCheck()
        switch generator.number(0...2) {
        case 0:
            check.http = HTTPProbe()
            check.http?.port = generator.number(1...65535)
        case 1:
            check.tcp = TCPProbe()
            check.tcp?.port = generator.number(1...65535)
        default: check.command = texts()
        }
        check.interval = duration()
        check.timeout = duration()
        check.startPeriod = duration()
        check.retries = generator.number(1...9)
        return check
    }

    private mutating func updatePolicy() -> UpdatePolicy {
        var policy = UpdatePolicy()
        policy.batch = generator.chance() ? .count(generator.number(1...9)) : .percent(generator.number(1...100))
        policy.delay = duration()
        policy.monitor = duration()
        policy.maxFailureRatio = Double(generator.number(0...100)) / 100
        policy.onFailure = generator.pick(FailureAction.allCases, default: .pause)
        policy.order = generator.pick(UpdateOrder.allCases, default: .stopFirst)
        return policy
    }
}
