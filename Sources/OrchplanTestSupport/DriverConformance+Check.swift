import Drivers
import ResourceModel

/// One check at work: makes operations, waits, remembers what was broken.
struct DriverCheck: Sendable {
    let name: String
    let driver: any ClusterDriver
    let time: any TimeSource
    let patience: Duration
    private(set) var violations: [String] = []
    private var count = 0

    init(name: String, driver: any ClusterDriver, time: any TimeSource, patience: Duration) {
        self.name = name
        self.driver = driver
        self.time = time
        self.patience = patience
    }

    mutating func violate(_ message: String) { violations.append(message) }

    mutating func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { violations.append(message()) }
    }

    mutating func expectError(
        _ code: DriverError.Code,
        _ what: String,
        _ body: @Sendable (any ClusterDriver) async throws -> OperationResult
    ) async {
        do {
            _ = try await body(driver)
            violate("\(what) succeeded")
        } catch let error as DriverError {
            expect(error.code == code, "\(what) failed with \(error.code), not \(code)")
        } catch {
            violate("\(what) failed with \(error)")
        }
    }

    /// Looks until the service is as it should be, or patience ends.
    @discardableResult
    mutating func waitFor(
        _ what: String,
        of service: String = "web",
        _ condition: @Sendable (ObservedService?) -> Bool
    ) async -> ObservedService? {
        let end = time.now + patience
        var last: ObservedService?
        repeat {
            last = (try? await driver.observe(service: service)) ?? nil
            if condition(last) { return last }
            do { try await time.sleep(for: .milliseconds(50)) } catch { break }
        } while time.now < end
        violate("waited in vain for \(what): \(String(describing: last))")
        return last
    }

    // MARK: - Operations

    mutating func operation(
        _ action: OperationAction,
        _ address: ResourceAddress,
        version: Int = 1
    ) -> Operation {
        count += 1
        let labels = OwnershipLabels(
            project: "conformance",
            address: address,
            fingerprint: fingerprint("f", version),
            operation: "conformance-\(count)"
        )
        return Operation(id: labels.operation, labels: labels, action: action)
    }

    func template(_ version: Int) -> Fingerprint { fingerprint("a", version) }

    private func fingerprint(_ digit: Character, _ version: Int) -> Fingerprint {
        Fingerprint(text: String(repeating: digit, count: 63) + "\(version)")
    }

    mutating func create(_ kind: ResourceKind, _ name: String, resource: String? = nil) -> Operation {
        let address = ResourceAddress(kind, resource ?? "\(kind.rawValue)")
        switch kind {
        case .network, .service:
            let made = Resource(address: address, spec: .network(NetworkSpec()))
            return operation(.createObject(made, name: name), address)
        case .volume:
            let made = Resource(address: address, spec: .volume(VolumeSpec()))
            return operation(.createObject(made, name: name), address)
        case .config:
            var spec = ConfigSpec()
            spec.content = ConfigContent(bytes: Array("key=value\n".utf8))
            return operation(.createObject(Resource(address: address, spec: .config(spec)), name: name), address)
        case .secret:
            var spec = SecretSpec()
            spec.source = .file("password.txt")
            let made = Resource(address: address, spec: .secret(spec))
            let content = SecretBytes(Array("correct horse".utf8))
            return operation(.createSecret(made, name: name, content: content), address)
        }
    }

    mutating func define(
        _ name: String,
        replicas: Int,
        version: Int = 1,
        command: [String]? = nil
    ) -> Operation {
        let address = ResourceAddress(.service, name)
        var spec = ServiceSpec()
        spec.image = "busybox:1.37"
        spec.command = command ?? ["sleep", "\(999 + version)"]
        spec.replicas = replicas
        spec.stopGracePeriod = .seconds(2)
        if command != nil { spec.restart = RestartPolicy(condition: .none) }
        let definition = ServiceDefinition(
            resource: Resource(address: address, spec: .service(spec)),
            spec: spec,
            template: template(version),
            replicas: replicas,
            update: spec.effectiveUpdate,
            rollback: spec.effectiveRollback
        )
        return operation(.defineService(definition), address, version: version)
    }

    mutating func startOperation(_ service: String, slot: Int, id: String, version: Int = 1) -> Operation {
        let action = OperationAction.startInstance(service: service, slot: slot, id: id, template: template(version))
        return operation(action, ResourceAddress(.service, service), version: version)
    }

    mutating func start(_ service: String, slot: Int, id: String, version: Int = 1) async throws {
        _ = try await driver.perform(startOperation(service, slot: slot, id: id, version: version))
    }

    mutating func stopOperation(_ service: String, id: String) -> Operation {
        operation(.stopInstance(service: service, id: id), ResourceAddress(.service, service))
    }

    /// Leaves the cluster empty.
    mutating func removeEverything() async {
        for name in ["web", "crash"] {
            let removal = operation(.removeService(name: name), ResourceAddress(.service, name))
            _ = try? await driver.perform(removal)
        }
        let objects = (try? await driver.inventory(ports: []))?.objects ?? []
        for object in objects {
            let removal = operation(.removeObject(object.address, name: object.name), object.address)
            _ = try? await driver.perform(removal)
        }
    }
}
