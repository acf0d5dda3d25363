import ResourceModel

/// The configuration of Docker's own client, `config.json`.
struct DockerConfiguration {
    /// The file that it was read from, or would be.
    let path: String
    private let root: CanonicalValue

    /// Reads the file; a missing one is an empty configuration.
    static func read(environment: [String: String]) throws(EngineError) -> DockerConfiguration {
        let path = directory(environment: environment) + "/config.json"
        guard let bytes = try EngineFile.read(path) else {
            return DockerConfiguration(path: path, root: .object([]))
        }
        do throws(CanonicalError) {
            return DockerConfiguration(path: path, root: try CanonicalReader.parse(bytes))
        } catch {
            throw .settings("\(path) is not JSON: \(error)", help: "mend it, or point DOCKER_CONFIG elsewhere")
        }
    }

    init(path: String, root: CanonicalValue) {
        self.path = path
        self.root = root
    }

    /// `DOCKER_CONFIG`, else `~/.docker`.
    static func directory(environment: [String: String]) -> String {
        if let directory = environment["DOCKER_CONFIG"], !directory.isEmpty { return directory }
        return (environment["HOME"] ?? "") + "/.docker"
    }

    var currentContext: String? { text("currentContext") }

    /// The credential helper of every registry that has none of its own.
    var credentialStore: String? { text("credsStore") }

    /// The credential helper of one registry.
    func credentialHelper(_ registry: String) -> String? {
        root["credHelpers"]?[registry]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The entries of `auths` by the address that they are stored under.
    var authentications: [CanonicalMember] { root["auths"]?.object ?? [] }

    private func text(_ key: String) -> String? {
        root[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
