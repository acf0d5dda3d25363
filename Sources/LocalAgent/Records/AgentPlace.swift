import Glibc
import ResourceModel

/// Where an agent's files belong: written by the agent that made them, and compared before anything is done with them.
///
/// Records name processes of this machine. A copy of them names the same ones, and whoever followed a copy would adopt
/// and end what runs in the original.
struct AgentPlace: Sendable, Hashable {
    /// The agent's directory, absolute.
    var path = ""
    /// Its device and inode: a folder that was moved keeps them, a copy has its own.
    var folder = ""
    /// Made once: a copy has the same one, and a project that came to the same path later has not.
    var id = ""

    static func newID() -> String { String(UInt64.random(in: .min ... .max), radix: 16) }

    /// The device and inode of a directory; nil when there is none.
    static func folder(at path: String) -> String? {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return nil }
        return "\(info.st_dev):\(info.st_ino)"
    }
}

extension AgentPlace: CanonicalRecord {
    static let fields: [CanonicalField<AgentPlace>] = [
        .init("path", \.path),
        .init("folder", \.folder),
        .init("id", \.id),
    ]
}

extension AgentDirectory {
    var placeRecord: String { "\(root)/place.json" }

    /// Throws when these files are a copy of those that another folder still has.
    ///
    /// Where that folder is gone, or holds another project by now, and nothing runs from another one, this one was moved
    /// or restored, and is the one.
    func checkPlace() throws(AgentError) {
        let recorded = recordedPlace()
        guard let here = AgentPlace.folder(at: root), recorded?.folder != here,
            let original = recorded.flatMap({ original($0, here) }) ?? runningFrom(here)
        else { return }
        let base = root.dropLast("/local".count)
        throw AgentError(
            .environment,
            "\(root) is a copy: its records belong to \(original), and what they name is there",
            help: "work there; or let this folder be a system of its own, which has nothing yet:"
                + " rm -r \(Self.quoted(root)) \(Self.quoted("\(base)/state.db"))*"
        )
    }

    /// Writes down that the files belong here; for the agent that holds the lock.
    func claimPlace() throws(AgentError) {
        guard let here = AgentPlace.folder(at: root) else { return }
        let recorded = recordedPlace()
        // The same folder by another path, as through a bind mount.
        if let recorded, !recorded.id.isEmpty, recorded.path != root, AgentPlace.folder(at: recorded.path) == here {
            return
        }
        var place = recorded ?? AgentPlace()
        (place.path, place.folder) = (root, here)
        if place.id.isEmpty { place.id = AgentPlace.newID() }
        if place != recorded { try save(place, at: placeRecord) }
    }

    /// Whether an agent of the given project is this directory's: its folder may have been moved under it.
    func isServed(by project: String) -> Bool {
        guard project != self.project, let here = AgentPlace.folder(at: root) else { return true }
        return AgentPlace.folder(at: AgentDirectory(project: project, environment: environment).root) == here
    }

    /// Where the files say that they belong; nil when they do not say.
    ///
    /// Those of an earlier version say it only while an agent runs, in its own record.
    private func recordedPlace() -> AgentPlace? {
        if let place = Self.place(in: root) { return place }
        guard let bytes = (try? DurableFile.read(agentRecord)).flatMap({ $0 }),
            let about = try? AgentAbout(canonical: try CanonicalReader.parse(bytes)), !about.project.isEmpty
        else { return nil }
        return AgentPlace(path: AgentDirectory(project: about.project, environment: environment).root)
    }

    /// The folder that a record names, where it is another one than this and still the one that was recorded.
    private func original(_ recorded: AgentPlace, _ here: String) -> String? {
        guard recorded.path != root, let there = AgentPlace.folder(at: recorded.path), there != here else { return nil }
        let isRecorded =
            Self.place(in: recorded.path).map { recorded.id.isEmpty || $0.id == recorded.id }
            ?? FileTree.exists("\(recorded.path)/agent.lock")
        return isRecorded ? recorded.path : nil
    }

    /// The folder, another one than this, from which a recorded instance runs; nil: none does.
    ///
    /// A shim keeps its lock open, and the kernel knows where that lies, wherever the folder was moved to since.
    private func runningFrom(_ here: String) -> String? {
        for id in FileTree.names(in: "\(root)/instances") {
            guard let shim = ShimStatus.read(in: instance(id))?.shim, ProcessHandle.open(shim) != nil,
                let lock = StrayShim.lock(of: shim.pid)
            else { continue }
            let other = String(lock.dropLast("/instances/\(id)/lock".count))
            guard lock.hasSuffix("/instances/\(id)/lock"), FileTree.exists(lock),
                let there = AgentPlace.folder(at: other), there != here
            else { continue }
            return other
        }
        return nil
    }

    private static func place(in root: String) -> AgentPlace? {
        let bytes = (try? DurableFile.read("\(root)/place.json")).flatMap { $0 }
        return bytes.flatMap { try? AgentPlace(canonical: try CanonicalReader.parse($0)) }
    }

    /// As a shell takes it for one word.
    private static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
