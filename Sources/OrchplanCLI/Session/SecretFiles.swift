import Applying
import Drivers
import Glibc
import Manifests
import Plans
import ResourceModel

/// Reads secrets from where their specs say they are.
///
/// Files must lie in the project's directory, also after symbolic links are followed, be regular and hold 1 byte to
/// 500 KiB: the limit of Docker's secrets. Nothing is interpolated and no byte is changed.
struct SecretFiles: SecretProviding {
    static let largest = 500 * 1024

    var root: String
    var files: any ManifestFiles = DiskFiles()

    /// The keyed digests of every secret that has its content outside the driver.
    ///
    /// - Parameters:
    ///   - targets: What alone is planned; what neither they nor what they need is need not be readable. None: everything.
    ///   - missing: Called for a secret that cannot be read but was recorded: it is taken as unchanged. A plan can so be
    ///     made where the secrets are not, in a CI job; applying reads every secret that it hands to a driver.
    func digests(
        of graph: ResourceGraph,
        recorded: RecordedState,
        targets: [ResourceAddress] = [],
        missing: (String, DriverError) -> Void
    ) throws -> SecretDigests {
        let fingerprinter = Fingerprinter(key: recorded.key)
        var digests = SecretDigests()
        let variables = Self.variables(graph)
        let needed = targets.isEmpty ? nil : graph.needed(by: targets)
        for resource in graph.resources {
            guard case .secret(let spec) = resource.spec else { continue }
            switch spec.source {
            case .generate, .external: continue
            case .file, .environment, .age:
                do throws(DriverError) {
                    let name = resource.address.name
                    let content = try read(name, spec)
                    if let service = variables[name], content.withBytes({ $0.contains(0) }) {
                        throw DriverError(
                            .invalid,
                            "secret/\(name) holds a null byte, and \(service) takes it as a variable",
                            help: "use it as a file: `secrets: [\(name)]`"
                        )
                    }
                    digests.digests[name] = content.digest(fingerprinter)
                } catch {
                    if let needed, !needed.contains(resource.address) {
                        digests.digests[resource.address.name] = Self.recordedDigest(of: resource.address, recorded)
                        continue
                    }
                    guard error.code == .notFound || error.code == .environment,
                        let known = Self.recordedDigest(resource, recorded)
                    else {
                        throw CommandFailure(error)
                    }
                    digests.digests[resource.address.name] = known
                    missing(resource.address.name, error)
                }
            }
        }
        return digests
    }

    /// A service for each secret that is the value of a variable.
    private static func variables(_ graph: ResourceGraph) -> [String: ResourceAddress] {
        var users: [String: ResourceAddress] = [:]
        for resource in graph.resources {
            for entry in resource.spec.service?.environment ?? [:] {
                guard case .secret(let name, _) = entry.value, users[name] == nil else { continue }
                users[name] = resource.address
            }
        }
        return users
    }

    /// The digest of a secret's content when it was last applied, from wherever.
    private static func recordedDigest(of address: ResourceAddress, _ recorded: RecordedState) -> Fingerprint? {
        let record = recorded.resources.first { $0.address == address }
        return (try? record?.resource.decoded(Resource.self))?.spec.secret?.digest
    }

    /// The digest of a secret's content when it was last applied from the same source.
    private static func recordedDigest(_ resource: Resource, _ recorded: RecordedState) -> Fingerprint? {
        guard let record = recorded.resources.first(where: { $0.address == resource.address }),
            let spec = (try? record.resource.decoded(Resource.self))?.spec.secret,
            spec.source == resource.spec.secret?.source
        else { return nil }
        return spec.digest
    }

    /// Refuses a plan before anything is done where a secret that it hands over is not the one it was made with.
    ///
    /// Names the secret, and says nothing of what it is. A driver is handed nothing else in any case.
    func refuseChanged(_ plan: Plan, _ recorded: RecordedState) throws {
        let fingerprinter = Fingerprinter(key: recorded.key)
        for step in plan.steps where [.create, .supersede, .replace].contains(step.action) {
            guard let spec = (try? step.after?.decoded(Resource.self))?.spec.secret, let expected = spec.digest else {
                continue
            }
            switch spec.source {
            case .generate, .external: continue
            case .file, .environment, .age: break
            }
            let content: SecretBytes
            do throws(DriverError) { content = try read(step.address.name, spec) } catch { throw CommandFailure(error) }
            guard content.digest(fingerprinter) == expected else {
                throw CommandFailure(
                    "the content of \(step.address) changed since the plan was made",
                    help: "nothing was changed; make a new plan",
                    code: ExitStatus.stale
                )
            }
        }
    }

    func content(of name: String, spec: SecretSpec) async throws(DriverError) -> SecretBytes {
        try read(name, spec)
    }

    private func read(_ name: String, _ spec: SecretSpec) throws(DriverError) -> SecretBytes {
        switch spec.source {
        case .file(let path): return try checked(name, try file(path, of: name))
        case .environment(let variable):
            guard let value = getenv(variable) else {
                throw DriverError(
                    .notFound,
                    "secret/\(name): the environment variable \(variable) is not set",
                    help: "set it for orchplan, or take the secret from a file"
                )
            }
            return try checked(
                name,
                SecretBytes(UnsafeBufferPointer(start: value, count: strlen(value)).map(UInt8.init(bitPattern:)))
            )
        case .age(let path): return try checked(name, try decrypted(path, of: name))
        case .generate, .external:
            throw DriverError(.invalid, "secret/\(name) has no content outside the driver")
        }
    }

    private func file(_ path: String, of name: String) throws(DriverError) -> SecretBytes {
        let location = try place(path, of: name)
        do throws(FileProblem) {
            let file = try files.read(location, shownAs: path, limit: Self.largest)
            return SecretBytes(file.bytes)
        } catch {
            throw DriverError(.notFound, "secret/\(name): cannot read \(path): \(error.text)")
        }
    }

    /// The file's place, without symbolic links and inside the project.
    private func place(_ path: String, of name: String) throws(DriverError) -> String {
        let joined = path.hasPrefix("/") ? path : "\(root)/\(path)"
        guard let resolved = files.canonical(joined) else {
            throw DriverError(.notFound, "secret/\(name): there is no file \(path)")
        }
        let base = files.canonical(root) ?? root
        guard resolved.hasPrefix(base + "/") else {
            throw DriverError(
                .invalid,
                "secret/\(name): \(path) lies outside the project",
                help: "keep the file below \(base), or take the secret from the environment"
            )
        }
        guard !OwnPlaces(root: root, state: nil, files: files).holds(resolved, files) else {
            throw DriverError(
                .invalid,
                "secret/\(name): \(path) is among what orchplan keeps for itself",
                help: "keep the file outside of .orchplan"
            )
        }
        return resolved
    }

    private func decrypted(_ path: String, of name: String) throws(DriverError) -> SecretBytes {
        try AgeProgram().decrypt(try place(path, of: name), secret: name, limit: Self.largest)
    }

    private func checked(_ name: String, _ bytes: SecretBytes) throws(DriverError) -> SecretBytes {
        guard bytes.count > 0 else { throw DriverError(.invalid, "secret/\(name) is empty") }
        guard bytes.count <= Self.largest else {
            throw DriverError(.invalid, "secret/\(name) is larger than 500 KiB")
        }
        return bytes
    }
}

extension ResourceGraph {
    /// Some resources and everything that they need, transitively.
    func needed(by targets: [ResourceAddress]) -> Set<ResourceAddress> {
        let known = Dictionary(resources.map { ($0.address, $0) }) { first, _ in first }
        var found: Set<ResourceAddress> = []
        var open = targets
        while let address = open.popLast() {
            guard found.insert(address).inserted, let resource = known[address] else { continue }
            open += resource.references.map(\.address)
        }
        return found
    }
}
