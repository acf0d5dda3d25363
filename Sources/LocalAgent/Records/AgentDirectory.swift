import Glibc
import ResourceModel

/// The agent's files, mode 0700: records, volumes, contents, logs, the lock and the socket.
///
/// They lie below `.orchplan/local`, those of an environment below `.orchplan/environments/NAME/local`.
///
/// Contents of secrets are files of mode 0600 here. An agent that restarts instances after a reboot, with nobody there
/// to hand it the secrets again, has to keep them somewhere; this is the driver's own object store, as a cluster's
/// managers have theirs. No instance sees it: sandboxes hide the directory.
package struct AgentDirectory: Sendable {
    package let project: String
    package let environment: String?

    /// - Parameters:
    ///   - project: The project's directory, absolute.
    ///   - environment: One part of a path; nil: the project without an environment.
    package init(project: String, environment: String? = nil) {
        self.project = project
        self.environment = environment
    }

    /// The directory that sandboxes hide: of every environment, since one must not see another's secrets either.
    package var state: String { project == "/" ? "/.orchplan" : "\(project)/.orchplan" }
    package var root: String { environment.map { "\(state)/environments/\($0)/local" } ?? "\(state)/local" }
    /// What addresses and ports are derived from, so that two environments start from different ones.
    package var scope: String { environment.map { "\(project)\n@\($0)" } ?? project }
    package var lock: String { "\(root)/agent.lock" }
    package var socket: String { "\(root)/agent.sock" }
    package var agentRecord: String { "\(root)/agent.json" }
    /// Whose operations are taken.
    package var epochRecord: String { "\(root)/epoch.json" }
    /// Where control groups were made.
    package var cgroupRecord: String { "\(root)/cgroups.json" }
    package var agentLog: String { "\(root)/agent.log" }

    package func objectRecord(_ key: ObjectKey) -> String { "\(root)/\(key.kind.rawValue)s/\(key.name).json" }
    package func content(_ key: ObjectKey) -> String { "\(root)/\(key.kind.rawValue)s/\(key.name).content" }
    package func volume(_ name: String) -> String { "\(root)/data/\(name)" }
    package func serviceRecord(_ name: String) -> String { "\(root)/services/\(name).json" }
    package func hosts(_ service: String) -> String { "\(root)/hosts/\(service)" }
    package func resolver(_ id: String) -> String { "\(instance(id))/resolv.conf" }
    package func instance(_ id: String) -> String { "\(root)/instances/\(id)" }
    package func instanceRecord(_ id: String) -> String { "\(instance(id))/record.json" }
    package func logs(_ id: String) -> String { "\(instance(id))/log" }
    package func anonymousVolumes(_ id: String) -> String { "\(instance(id))/data" }

    /// Makes the directories, for their owner alone.
    package func make() throws(SystemError) {
        try FileTree.makeDirectory(root)
        guard chmod(root, 0o700) == 0 else { throw .last("protect \(root)") }
        for kind in ["networks", "volumes", "secrets", "configs", "services", "hosts", "instances", "data"] {
            try FileTree.makeDirectory("\(root)/\(kind)")
        }
    }

    /// Writes a record so that a crash leaves the old or the new one.
    package func save(_ record: some CanonicalRecord, at path: String) throws(AgentError) {
        do throws(SystemError) {
            try DurableFile.write(record.canonicalBytes(), to: path)
        } catch {
            throw AgentError(error)
        }
    }
}
