import Glibc
import ResourceModel

/// A record that could not be used and was moved out of the way, so that the rest can be managed.
package struct BrokenRecord: Sendable, Hashable {
    package var path: String
    /// Where its bytes are kept.
    package var keptAt: String
    package var reason: String

    /// One line for logs; control characters of names on the disk are escaped.
    package var text: String {
        "record \(path.debugDescription) cannot be used (\(reason)): set aside as \(keptAt.debugDescription)"
    }
}

extension AgentDirectory {
    /// Reads every record in a list of files; one that cannot be used is renamed to `*.broken` and told of.
    ///
    /// - Parameter check: What is wrong with a record that was read from the given path; nil when nothing is.
    /// - Throws: When the system is out of something, or the file cannot be renamed.
    package func load<Record: CanonicalRecord>(
        _ paths: [String],
        as type: Record.Type,
        check: (Record, String) -> String? = { _, _ in nil }
    ) throws(AgentError) -> (records: [Record], broken: [BrokenRecord]) {
        var records: [Record] = []
        var broken: [BrokenRecord] = []
        for path in paths {
            let problem: String
            do {
                guard let bytes = try DurableFile.read(path) else { continue }
                let record = try Record(canonical: try CanonicalReader.parse(bytes))
                guard let found = check(record, path) else {
                    records.append(record)
                    continue
                }
                problem = found
            } catch let error as SystemError where [EMFILE, ENFILE, ENOMEM].contains(error.number) {
                // The record may be sound: this says something about the machine alone.
                throw AgentError(error)
            } catch {
                problem = "\(error)"
            }
            broken.append(BrokenRecord(path: path, keptAt: try setAside(path), reason: problem))
        }
        return (records, broken)
    }

    /// Renames a file or directory to `NAME.broken`, or `NAME.2.broken` and so on where that is taken.
    func setAside(_ path: String) throws(AgentError) -> String {
        var target = "\(path).broken"
        var number = 1
        var info = stat()
        while lstat(target, &info) == 0 {
            number += 1
            target = "\(path).\(number).broken"
        }
        guard rename(path, target) == 0 else { throw AgentError(.last("set aside \(path)")) }
        return target
    }

    /// Whether a directory is that of an instance whose record was set aside.
    func holdsBrokenRecord(_ id: String) -> Bool {
        FileTree.names(in: instance(id)).contains { $0.hasPrefix("record.json") && $0.hasSuffix(".broken") }
    }

    private func recordPaths(_ folder: String) -> [String] {
        FileTree.names(in: "\(root)/\(folder)").filter { $0.hasSuffix(".json") }.map { "\(root)/\(folder)/\($0)" }
    }

    /// Every object's record.
    package func loadObjects() throws(AgentError) -> (records: [ObjectRecord], broken: [BrokenRecord]) {
        try load(["networks", "volumes", "secrets", "configs"].flatMap(recordPaths), as: ObjectRecord.self) {
            guard let kind = ResourceKind(rawValue: $0.kind), objectRecord(ObjectKey(kind, $0.name)) == $1 else {
                return "it is of another object"
            }
            return $0.labels.labels == nil ? "it has no address" : nil
        }
    }

    package func loadServices() throws(AgentError) -> (records: [ServiceRecord], broken: [BrokenRecord]) {
        try load(recordPaths("services"), as: ServiceRecord.self) {
            guard serviceRecord($0.name) == $1 else { return "it is of another service" }
            return $0.labels.labels == nil ? "it has no address" : nil
        }
    }

    package func loadInstances() throws(AgentError) -> (records: [InstanceRecord], broken: [BrokenRecord]) {
        try load(FileTree.names(in: "\(root)/instances").map(instanceRecord), as: InstanceRecord.self) {
            instanceRecord($0.id) == $1 && !$0.service.isEmpty ? nil : "it is of another instance"
        }
    }
}
