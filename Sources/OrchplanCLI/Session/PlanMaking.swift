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
    /// Why secrets could not be read that are taken as unchanged, by name.
    var unread: [String: String] = [:]
    var images: ImageDigests
    var driver: any ClusterDriver
    var inventory: Inventory

    /// Takes what carries the project's labels and has no record as begun by this one, so that it can be taken down.
    mutating func claimEverything() {
        recorded.attempted.formUnion(inventory.services.map(\.address))
        recorded.attempted.formUnion(inventory.objects.map(\.address))
    }
}

extension Workspace {
    /// The read phase: the manifests, the recorded state, the secrets' digests and the cluster.
    ///
    /// - Parameter forPrograms: Whether a program reads what is wrong with the manifests.
    func planBasis(
        takesOver: Bool = false,
        images: ImageResolution? = nil,
        forPrograms: Bool = false
    ) async throws -> PlanBasis {
        let compiled = try await compile(forPrograms: forPrograms)
        let recorded = try await recordedState()
        return try await planBasis(
            graph: compiled.graph,
            recorded: recorded,
            takesOver: takesOver,
            images: images
        )
    }

    /// The same for a desired state that is already compiled: a revision to go back to, or nothing at all.
    ///
    /// Registries are asked last: whatever is wrong with the rest is told without waiting for them.
    ///
    /// - Parameters:
    ///   - takesOver: Whether a system that the record knows nothing of may be planned anew.
    ///   - images: Which images registries are asked about; nil: as the project file says.
    ///   - targets: What alone is planned; none: everything.
    func planBasis(
        graph: consuming ResourceGraph,
        recorded: consuming RecordedState,
        takesOver: Bool = false,
        images: ImageResolution? = nil,
        targets: [ResourceAddress] = []
    ) async throws -> PlanBasis {
        var unread: [String: String] = [:]
        let secrets = try SecretFiles(root: settings.root)
            .digests(of: graph, recorded: recorded, targets: targets) { unread[$0] = $1.message }
        let driver = try makeDriver(recorded: recorded)
        let inventory: Inventory
        do throws(DriverError) {
            if !takesOver { try await driver.checkIdentity(of: recorded) }
            inventory = try await driver.inventory(
                ports: graph.requestedPorts(targetsOn: driver.capabilities.serviceAddress),
                recorded: recorded.resources
            )
        } catch {
            throw CommandFailure(error)
        }
        if !takesOver { try refuseUnknownSystem(recorded, inventory) }
        let digests = await imageDigests(graph, recorded, driver, images ?? settings.driver.imageResolution)
        return PlanBasis(
            graph: graph,
            recorded: recorded,
            secrets: secrets,
            unread: unread,
            images: digests,
            driver: driver,
            inventory: inventory
        )
    }

    /// What registries tell of the images that are declared, where the driver runs such images at all.
    private func imageDigests(
        _ graph: borrowing ResourceGraph,
        _ recorded: borrowing RecordedState,
        _ driver: any ClusterDriver,
        _ resolution: ImageResolution
    ) async -> ImageDigests {
        guard driver.capabilities.resolvesImages else { return ImageDigests() }
        let images = graph.images(resolution, recorded: recorded.resources)
        guard !images.isEmpty else { return ImageDigests() }
        return ImageDigests(await driver.answers(onImages: images), keepsRecorded: resolution != .always)
    }

    /// Plans, and tells every reason why there is no plan.
    ///
    /// - Parameter forPrograms: Whether a program reads them.
    func plan(_ basis: consuming PlanBasis, options: PlanOptions, forPrograms: Bool = false) throws -> Plan {
        var input = PlanInput(
            graph: basis.graph,
            secrets: basis.secrets,
            images: basis.images,
            recorded: basis.recorded,
            inventory: basis.inventory,
            capabilities: basis.driver.capabilities,
            options: options,
            now: SystemTimestamp.now()
        )
        input.unread = basis.unread
        _ = consume basis
        switch Planner.plan(input) {
        case .plan(var plan):
            // What the targets leave out is not gone back to, and not made: it stays as it is recorded.
            let needed = options.targets.isEmpty ? nil : input.graph.needed(by: options.targets)
            let standing = input.graph.resources.filter { needed?.contains($0.address) ?? true }
            plan.findings += try enforcement(forPrograms: forPrograms).findings(plan, standing: standing)
            return plan
        case .problems(let problems):
            if forPrograms {
                output.write(JSONRenderer(SourceMap()).render(problems.map(\.diagnostic)))
                throw CommandFailure(silently: 1)
            }
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
    ///
    /// - Parameters:
    ///   - graph: What is declared; a target may be named without its kind when nothing else has the name.
    ///   - recorded: What is recorded, which a target may mean as well.
    func resolved(_ graph: ResourceGraph, _ recorded: RecordedState, destroy: Bool = false) throws -> PlanOptions {
        var options = PlanOptions()
        options.batch = batch
        options.destroy = destroy
        options.deleteVolumes = deleteVolumes
        guard !target.isEmpty else { return options }
        let known = graph.resources.map(\.address) + recorded.resources.map(\.address)
        options.targets = try target.map { try AddressWords.address($0, among: known) }
        return options
    }
}
