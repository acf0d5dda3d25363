import Applying
import Drivers
import LocalAgent
import LocalDriver
import Manifests
import ResourceModel
import SwarmDriver

extension Workspace {
    /// What the project's driver can do; asks no cluster.
    func driverCapabilities() throws -> Capabilities {
        switch settings.driver.name {
        case "local": return .local
        case "simulated": return SimulatedCluster().capabilities
        case "swarm": return .swarm
        default: throw noSuchDriver
        }
    }

    /// The project's driver.
    ///
    /// The simulated cluster lives as long as the command; it starts with everything that is recorded, healthy.
    func makeDriver(recorded: RecordedState, time: any TimeSource = SystemTime()) throws -> any ClusterDriver {
        if settings.driver.name != "simulated", let lack = FileLimit.lack() {
            throw CommandFailure(lack.message, help: lack.help)
        }
        switch settings.driver.name {
        case "local":
            // The agent is this same program.
            return LocalDriver(
                projectDirectory: settings.root,
                environment: settings.environment,
                executable: DiskFiles().canonical("/proc/self/exe"),
                node: settings.driver.localNode
            )
        case "simulated":
            var options = SimulationOptions()
            options.members = settings.driver.nodes.map {
                Node(simulated: $0.name, role: $0.role, labels: $0.labels)
            }
            return SimulatedDriver(holding: recorded, options: options, time: time)
        case "swarm": return try makeSwarmDriver(recorded.resources)
        default: throw noSuchDriver
        }
    }

    /// The driver of a swarm, found as the settings and the environment say; nothing is connected to yet.
    ///
    /// Objects are owned by `PROJECT` or `PROJECT@ENVIRONMENT`: who applies the project on another machine finds them.
    private func makeSwarmDriver(_ recorded: [RecordedResource]) throws -> SwarmDriver {
        let environment = WorkingDirectory.environment()
        let setting = settings.driver
        let locating = EngineLocator.Settings(
            host: setting.host,
            context: setting.options["context"],
            certificates: setting.options["certificates"],
            insecure: setting.options["insecure"] == "true",
            origin: settings.hostIsGiven ? "--host" : "orchplan.yaml"
        )
        do throws(EngineError) {
            let engine = try EngineLocator(settings: locating, environment: environment).locate()
            return SwarmDriver(
                project: settings.project,
                engine: engine,
                environment: environment,
                recorded: recorded
            )
        } catch {
            throw CommandFailure(error.driverError)
        }
    }

    private var noSuchDriver: CommandFailure {
        CommandFailure(
            "the driver \(settings.driver.name) is not part of this version",
            help: "use local, simulated or swarm"
        )
    }
}

extension DriverSetting {
    /// What the project says about this machine; the compiler of the project file refuses a second node.
    fileprivate var localNode: LocalNode {
        nodes.first.map { LocalNode(name: $0.name, role: $0.role, labels: $0.labels) } ?? LocalNode()
    }
}
