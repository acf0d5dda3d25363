import Drivers
import Foundation
import LocalAgent
import LocalDriver
import ResourceModel
import Testing

/// A project in a directory of its own with the built program as its agent; ends and removes everything afterwards.
struct LocalProject {
    let directory: String
    let driver: LocalDriver
    private let labelsOf: @Sendable (ResourceAddress, String) -> OwnershipLabels

    /// Runs `body` in a new project.
    static func with(_ body: (LocalProject) async throws -> Void) async throws {
        let project = try make()
        do {
            try await body(project)
            await project.cleanUp()
        } catch {
            await project.cleanUp()
            throw error
        }
    }

    /// A new project; whoever makes it cleans it up.
    static func make() throws -> LocalProject {
        let directory = "/tmp/orchplan-test-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return LocalProject(
            directory: directory,
            driver: LocalDriver(projectDirectory: directory, executable: try executable()),
            labelsOf: {
                OwnershipLabels(
                    project: "test",
                    address: $0,
                    fingerprint: Fingerprint(text: String(repeating: "f", count: 64)),
                    operation: $1
                )
            }
        )
    }

    /// The program, which is built beside the tests.
    static func executable() throws -> String {
        let start = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var folder = start.deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("orchplan").path
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
                return candidate
            }
            folder.deleteLastPathComponent()
        }
        throw DriverError(.environment, "the program orchplan is not built beside \(start.path)")
    }

    func cleanUp() async {
        if let inventory = try? await driver.inventory(ports: []) {
            for service in inventory.services {
                _ = try? await perform(.removeService(name: service.address.name), on: service.address)
            }
        }
        if let agent = agentProcess() {
            kill(pid_t(agent), SIGTERM)
            await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The agent's process id, by its record.
    func agentProcess() -> Int? {
        guard let bytes = FileManager.default.contents(atPath: AgentDirectory(project: directory).agentRecord),
            let about = try? AgentAbout(canonical: CanonicalReader.parse(Array(bytes)))
        else { return nil }
        return about.process.pid
    }

    @discardableResult
    func perform(
        _ action: OperationAction,
        on address: ResourceAddress,
        id: String = UUID().uuidString
    ) async throws -> OperationResult {
        try await driver.perform(Operation(id: id, labels: labelsOf(address, id), action: action))
    }

    /// Defines a service; its template digest is made of `version`.
    func define(_ name: String, _ spec: ServiceSpec, version: String = "a") async throws {
        let resource = Resource(address: ResourceAddress(.service, name), spec: .service(spec))
        try await perform(
            .defineService(
                ServiceDefinition(
                    resource: resource,
                    spec: spec,
                    template: Self.template(version),
                    replicas: spec.replicas,
                    update: UpdatePolicy(),
                    rollback: UpdatePolicy()
                )
            ),
            on: resource.address
        )
    }

    func start(_ name: String, slot: Int = 1, version: String = "a") async throws -> String {
        let id = "\(name).\(slot).\(version)"
        try await perform(
            .startInstance(service: name, slot: slot, id: id, template: Self.template(version)),
            on: ResourceAddress(.service, name)
        )
        return id
    }

    func stop(_ name: String, _ id: String) async throws {
        try await perform(.stopInstance(service: name, id: id), on: ResourceAddress(.service, name))
    }

    func create(_ kind: ResourceKind, _ name: String, _ spec: ResourceSpec, content: String? = nil) async throws {
        let resource = Resource(address: ResourceAddress(kind, name), spec: spec)
        let bytes = content.map { SecretBytes(Array($0.utf8)) }
        try await perform(
            kind == .secret
                ? .createSecret(resource, name: name, content: bytes) : .createObject(resource, name: name),
            on: resource.address
        )
    }

    static func template(_ version: String) -> Fingerprint {
        Fingerprint(text: String(repeating: version, count: 64))
    }

    func instance(_ service: String, _ id: String) async throws -> ObservedInstance? {
        try await driver.observe(service: service)?.instances.first { $0.id == id }
    }

    /// Waits until the instance is as wanted and returns it.
    @discardableResult
    func wait(
        _ service: String,
        _ id: String,
        seconds: Double = 30,
        until isWanted: (ObservedInstance) -> Bool
    ) async throws -> ObservedInstance {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var last: ObservedInstance?
        while ContinuousClock.now < deadline {
            last = try await instance(service, id)
            if let last, isWanted(last) { return last }
            try await Task.sleep(for: .milliseconds(20))
        }
        let text = last.map { "\($0.phase) \($0.message ?? "") restarts \($0.restarts)" } ?? "absent"
        let logs = await driver.recentLogs(instance: id, lines: 5)
        let events = ((try? await driver.recentEvents()) ?? []).filter { $0.service == service }.suffix(20)
        let told = events.map { "\($0.time) \($0.subject): \($0.text)" }.joined(separator: "\n  ")
        throw DriverError(.transient, "\(id) is \(text); it printed \(logs); before that:\n  \(told)")
    }
}

/// Waits until something holds; whether it did in time.
@discardableResult
func eventually(seconds: Double = 30, _ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return await condition()
}

/// A service that runs a shell script.
func shell(_ script: String, _ change: (inout ServiceSpec) -> Void = { _ in }) -> ServiceSpec {
    var spec = ServiceSpec()
    spec.command = ["/bin/sh", "-c", script]
    spec.stopGracePeriod = .seconds(2)
    change(&spec)
    return spec
}
