import Drivers
import ResourceModel

extension ServiceForward {
    /// Secrets as files, under /run/secrets unless the target is an absolute path.
    func secrets() throws(DriverError) -> [CanonicalValue] {
        var references: [CanonicalValue] = []
        for (index, reference) in spec.secrets.enumerated() {
            let key = reference.object ?? reference.source
            guard let object = names.secrets[key] else { throw missing("secret", key, "secrets[\(index)]") }
            let file = try self.file(reference, reference.target ?? reference.source, "secrets[\(index)]")
            var json = EngineJSON()
            json.set("SecretID", object.id)
            json.set("SecretName", object.name)
            json.set("File", file)
            references.append(json.value)
        }
        try checkShared(references, "SecretID", "secrets")
        return references
    }

    /// Configs as files, at the root unless the target says otherwise.
    func configs() throws(DriverError) -> [CanonicalValue] {
        var references: [CanonicalValue] = []
        for (index, reference) in spec.configs.enumerated() {
            let key = reference.object ?? reference.source
            guard let object = names.configs[key] else { throw missing("config", key, "configs[\(index)]") }
            let file = try self.file(reference, reference.target ?? "/" + reference.source, "configs[\(index)]")
            var json = EngineJSON()
            json.set("ConfigID", object.id)
            json.set("ConfigName", object.name)
            json.set("File", file)
            references.append(json.value)
        }
        try checkShared(references, "ConfigID", "configs")
        return references
    }

    /// Two files of one object are one file to the engine: whoever comes last owns both.
    private func checkShared(_ references: [CanonicalValue], _ key: String, _ field: String) throws(DriverError) {
        for (index, reference) in references.enumerated() {
            let differs = references[..<index]
                .contains { earlier in
                    earlier[key] == reference[key]
                        && ["UID", "GID", "Mode"].contains { earlier["File"]?[$0] != reference["File"]?[$0] }
                }
            if differs {
                throw refusal(
                    "\(field)[\(index)]",
                    "has another owner or mode than before, and the engine keeps one for both files",
                    help: "give both the same `uid`, `gid` and `mode`"
                )
            }
        }
    }

    private func file(
        _ reference: FileReference,
        _ name: String,
        _ field: String
    ) throws(DriverError) -> EngineJSON {
        var file = EngineJSON()
        file.set("Name", name)
        file.set("UID", try owner(reference.uid, "\(field).uid"))
        file.set("GID", try owner(reference.gid, "\(field).gid"))
        file.set("Mode", Int(Self.engineMode(reference.mode ?? FileMode(bits: 0o444))))
        return file
    }

    /// The engine fails each task whose owner is no number.
    private func owner(_ text: String?, _ field: String) throws(DriverError) -> String {
        let owner = text ?? "0"
        guard let number = Int32(owner), number >= 0 else {
            throw refusal(field, "is no number", help: "write the number of the user or group, such as \"1000\"")
        }
        return owner
    }

    /// The engine keeps setuid, setgid and the sticky bit of files at other places than the system does.
    static func engineMode(_ mode: FileMode) -> UInt32 {
        var bits = UInt32(mode.bits & 0o777)
        for (ours, theirs) in specialBits where mode.bits & ours != 0 { bits |= theirs }
        return bits
    }

    static func fileMode(engine bits: UInt32) -> FileMode {
        var mode = UInt16(bits & 0o777)
        for (ours, theirs) in specialBits where bits & theirs != 0 { mode |= ours }
        return FileMode(bits: mode)
    }

    private static let specialBits: [(UInt16, UInt32)] = [(0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20)]
}
