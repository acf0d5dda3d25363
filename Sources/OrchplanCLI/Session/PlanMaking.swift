import Drivers
import Manifests
import Planning
import Plans
import ResourceModel
import SourceDiagnostics
import StateStores

/// Everything that was read before a plan is made.
struct PlanBasis: Sendable {
    var graph: ResourceGraph
    var recorded: RecordedState
    var secrets: SecretDigests
    var driver: any ClusterDriver
    var inventory: Inventory
}

extension Workspace {
    /// The read phase: the manifests, the recorded state, the secrets' digests and the cluster.
    func planBasis(create: Bool) async throws -> PlanBasis {
        let compiled = try await compile()
        let recorded = try await recordedState(create: create)
        return try await planBasis(graph: compiled.graph, recorded: recorded)
    }

    /// The same for a desired state that is already compiled: a revision to go back to, or nothing at all.
    func planBasis(graph: consuming ResourceGraph, recorded: consuming RecordedState) async throws -> PlanBasis {
        let secrets = try SecretFiles(root: settings.root)
            .digests(of: graph, recorded: recorded) { name, error in
                tell("secret/\(name) is taken as unchanged: \(error.message)")
            }
        let driver = try makeDriver(recorded: recorded)
        let inventory: Inventory
        do throws(DriverError) {
            inventory = try await driver.inventory(ports: graph.requestedPorts)
        } catch {
            throw CommandFailure(error)
        }
        return PlanBasis(graph: graph, recorded: recorded, secrets: secrets, driver: driver, inventory: inventory)
    }

    /// Plans, and tells every reason why there is no plan.
    func plan(_ basis: consuming PlanBasis, options: PlanOptions) throws -> Plan {
        let input = PlanInput(
            graph: basis.graph,
            secrets: basis.secrets,
            recorded: basis.recorded,
            inventory: basis.inventory,
            capabilities: basis.driver.capabilities,
            options: options,
            now: SystemTimestamp.now()
        )
        _ = consume basis
        switch Planner.plan(input) {
        case .plan(let plan): return plan
        case .problems(let problems):
            let format = terminal.format(.errors)
            for problem in problems {
                errors.write(ErrorView(problem.message, help: problem.help).text(format))
            }
            throw CommandFailure(silently: 1)
        }
    }
}

extension PlanningOptions {
    /// The options as the planner takes them.
    func resolved(destroy: Bool = false) throws -> PlanOptions {
        var options = PlanOptions()
        options.batch = batch
        options.destroy = destroy
        options.deleteVolumes = deleteVolumes
        options.targets = try target.map { text in
            guard let address = ResourceAddress(parsing: text) else {
                throw CommandFailure(
                    "\(Escaping.visible(text)) is not an address",
                    help: "write kind/name, such as service/web",
                    code: ExitStatus.usage
                )
            }
            return address
        }
        return options
    }
}

extension ResourceGraph {
    /// The host ports that the services publish.
    var requestedPorts: [RequestedPort] {
        resources.flatMap { resource in
            (resource.spec.service?.ports ?? [])
                .flatMap { port in
                    guard let published = port.published else { return [RequestedPort]() }
                    return (published.first...published.last)
                        .map {
                            RequestedPort(address: port.hostIP ?? "127.0.0.1", port: $0, transport: port.transport)
                        }
                }
        }
    }
}
