import Drivers
import NIOHTTP1
import ResourceModel
import Synchronization

@testable import SwarmDriver

/// A manager whose lists are what a test puts into them; everything that is asked of it is kept.
final class FakeSwarm: Sendable {
    /// The lists of the API by their paths: `services`, `containers/json`.
    typealias Lists = [String: [String]]

    let driver: SwarmDriver
    private let folder: TemporaryFolder
    private let engine: FakeEngine
    private let held: Held

    /// - Parameters:
    ///   - recorded: What the driver is told was applied.
    ///   - script: Answers before the lists do; its path has no version and no query.
    static func with(
        _ lists: Lists,
        recorded: [RecordedResource] = [],
        script: @escaping @Sendable (HTTPMethod, String) -> FakeEngine.Answer? = { _, _ in nil },
        _ body: (FakeSwarm) async throws -> Void
    ) async throws {
        let swarm = try await FakeSwarm(lists, recorded, script)
        do {
            try await body(swarm)
        } catch {
            await swarm.stop()
            throw error
        }
        await swarm.stop()
    }

    private init(
        _ lists: Lists,
        _ recorded: [RecordedResource],
        _ script: @escaping @Sendable (HTTPMethod, String) -> FakeEngine.Answer?
    ) async throws {
        let state = Held(lists)
        folder = try TemporaryFolder()
        let socket = "\(folder.path)/d.sock"
        engine = try await FakeEngine.start(socket: socket) { request in
            let path = String(request.uri.dropFirst("/v1.47/".count).prefix { $0 != "?" })
            if request.uri.hasPrefix("/_ping") { return nil }
            if let answer = script(request.method, path) { return answer }
            guard request.method == .GET else { return .json(request.method == .DELETE ? 204 : 201, #"{"ID":"new"}"#) }
            let items = state.lists.withLock { $0[path] ?? [] }.joined(separator: ",")
            return .json(200, path == "volumes" ? #"{"Volumes":[\#(items)]}"# : "[\(items)]")
        }
        held = state
        driver = SwarmDriver(
            project: "shop",
            engine: LocatedEngine(endpoint: .unix(path: socket), origin: "a test"),
            environment: [:],
            recorded: recorded
        )
    }

    private final class Held: Sendable {
        let lists: Mutex<Lists>
        init(_ lists: Lists) { self.lists = Mutex(lists) }
    }

    func set(_ list: String, _ items: [String]) { held.lists.withLock { $0[list] = items } }

    /// What was changed: `POST services/create`.
    var changes: [String] {
        engine.requests.filter { $0.method != .GET }
            .map { "\($0.method.rawValue) \($0.uri.dropFirst("/v1.47/".count).prefix { $0 != "?" })" }
    }

    private func stop() async {
        await driver.client.close()
        await engine.stop()
    }

    /// A service as `/services` tells of it.
    static func service(
        _ id: String,
        _ name: String,
        replicas: Int = 1,
        project: String? = "shop",
        address: String = "service/web",
        template: String = "",
        mounts volume: String? = nil,
        network: String? = nil
    ) -> String {
        let labels =
            project.map {
                #""orchplan.project":"\#($0)","orchplan.address":"\#(address)","orchplan.name":"web""#
            } ?? ""
        let mounts = volume.map { #""Mounts":[{"Type":"volume","Source":"\#($0)","Target":"/d"}]"# } ?? ""
        let networks = network.map { #","Networks":[{"Target":"\#($0)"}]"# } ?? ""
        return """
            {"ID":"\(id)","Version":{"Index":7},"CreatedAt":"2026-11-21T0\(id.hasPrefix("copy") ? 1 : 2):00:00Z",
            "Spec":{"Name":"\(name)","Labels":{\(labels)},"Mode":{"Replicated":{"Replicas":\(replicas)}},
            "TaskTemplate":{"ContainerSpec":{"Image":"a:1","Labels":{"orchplan.template":"\(template)"}\(volume == nil ? "" : ",")\(mounts)}\(networks)}}}
            """
    }
}
