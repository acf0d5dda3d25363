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

    /// The directories that are the agent's own, from the outermost on.
    private var own: [String] {
        [state] + (environment.map { ["\(state)/environments", "\(state)/environments/\($0)"] } ?? []) + [root]
    }

    private static let kinds = ["networks", "volumes", "secrets", "configs", "services", "hosts", "instances", "data"]

    /// Throws when what is here is not an agent's doing, and leaves it as it is.
    ///
    /// Records are run, so whoever brings them decides what runs. A link would take the agent out of the project. And
    /// since an agent closes its directory to others, one that is open and holds services came with the project's files.
    /// Those that were copied from another folder name what runs there.
    package func check() throws(AgentError) {
        for path in own + Self.kinds.map({ "\(root)/\($0)" }) {
            var info = stat()
            guard lstat(path, &info) == 0 else { continue }
            guard info.st_mode & S_IFMT == S_IFDIR else {
                throw AgentError(
                    .environment,
                    "\(path) is no folder but a link or a file, which nothing is done through",
                    help: "move it away; a folder of its own is made in its place"
                )
            }
            let isOpen = info.st_mode & 0o077 != 0
            if path == root, isOpen,
                ["services", "instances"].contains(where: { !FileTree.names(in: "\(root)/\($0)").isEmpty })
            {
                throw AgentError(
                    .environment,
                    "\(root) is open to other users and holds services, so that it was not made by orchplan here",
                    help: "what it holds would be run: move it away, or make it private with chmod 700 if you trust it"
                )
            }
        }
        try checkPlace()
    }

    /// Throws where folders belong to somebody else: an agent would run what their records say with other rights.
    ///
    /// Only root gets that far. A command of root may ask the owner's agent; it does not become one in its place.
    private func checkOwner() throws(AgentError) {
        for path in own + Self.kinds.map({ "\(root)/\($0)" }) {
            var info = stat()
            guard lstat(path, &info) == 0, info.st_uid != geteuid() else { continue }
            throw AgentError(
                .environment,
                "no agent runs, and \(path) belongs to the user with id \(info.st_uid), whose services another"
                    + " user's agent would run as its own",
                help: "run orchplan as that user, or make yours what you trust: chown -R \(geteuid()) \(state)"
            )
        }
    }

    /// Makes the directories, for their owner alone.
    package func make() throws(AgentError) {
        try check()
        try checkOwner()
        do throws(SystemError) {
            for path in own { try FileTree.makeDirectory(path, isDurable: true) }
            guard chmod(root, 0o700) == 0 else { throw .last("protect \(root)") }
            for kind in Self.kinds { try FileTree.makeDirectory("\(root)/\(kind)") }
            try DurableFile.syncDirectory(root)
        } catch {
            throw AgentError(error)
        }
    }

    /// Makes durable what an agent that was killed may have put in its place and not synced any more.
    ///
    /// It would be taken for something that was done, and be acknowledged as that.
    func settle() throws(AgentError) {
        do throws(SystemError) {
            for kind in Self.kinds { try DurableFile.syncDirectory("\(root)/\(kind)") }
            for id in FileTree.names(in: "\(root)/instances") where FileTree.exists(instanceRecord(id)) {
                try DurableFile.syncDirectory(instance(id))
            }
        } catch {
            throw AgentError(error)
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
