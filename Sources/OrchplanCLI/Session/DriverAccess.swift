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
                executable: DiskFiles().canonical("/proc/self/exe")
            )
        case "simulated":
            return SimulatedDriver(holding: recorded, time: time)
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
