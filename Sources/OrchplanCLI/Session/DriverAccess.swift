import Applying
import Drivers
import LocalDriver
import Manifests
import ResourceModel

extension Workspace {
    /// What the project's driver can do; asks no cluster.
    func driverCapabilities() throws -> Capabilities {
        switch settings.driver.name {
        case "local": return .local
        case "simulated": return SimulatedCluster().capabilities
        default: throw noSuchDriver
        }
    }

    /// The project's driver.
    ///
    /// The simulated cluster lives as long as the command; it starts with everything that is recorded, healthy.
    func makeDriver(recorded: RecordedState, time: any TimeSource = SystemTime()) throws -> any ClusterDriver {
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
        default: throw noSuchDriver
        }
    }

    private var noSuchDriver: CommandFailure {
        CommandFailure(
            "the driver \(settings.driver.name) is not part of this version",
            help: "use local or simulated"
        )
    }
}

extension DriverSetting {
    /// What the project says about this machine; the compiler of the project file refuses a second node.
    fileprivate var localNode: LocalNode {
        nodes.first.map { LocalNode(name: $0.name, role: $0.role, labels: $0.labels) } ?? LocalNode()
    }
}
