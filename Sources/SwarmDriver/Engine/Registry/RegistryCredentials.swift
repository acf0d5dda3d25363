import NIOPosix
import ResourceModel

/// The credentials of registries as Docker's own client keeps them.
///
/// In this order: `DOCKER_AUTH_CONFIG`, the registry's credential helper, the helper of all registries, `auths` of
/// `config.json`. Read anew each time: a login counts from the next call on.
package struct RegistryCredentials: Sendable {
    private let environment: [String: String]
    private let helperLimit: Duration

    /// - Parameter helperLimit: How long a credential helper may take; it may ask a person.
    package init(environment: [String: String], helperLimit: Duration = .seconds(30)) {
        self.environment = environment
        self.helperLimit = helperLimit
    }

    /// Who we are for the registry of an image; nil: nobody, which is enough for public images.
    package func authentication(for image: ImageReference) async throws(EngineError) -> RegistryAuthentication? {
        let configuration = try DockerConfiguration.read(environment: environment)
        let key = image.credentialKey
        if let found = try ofEnvironment(image) { return found }
        guard let suffix = helper(for: image, in: configuration) else {
            return try Self.stored(configuration.authentications, image, in: configuration.path)
        }
        let helper = CredentialHelper(suffix: suffix, environment: environment, limit: helperLimit)
        let answer: Result<RegistryAuthentication?, EngineError>
        do {
            answer = try await NIOThreadPool.singleton.runIfActive {
                Result { () throws(EngineError) in
                    try helper.credentials(of: key)
                }
            }
        } catch {
            throw .credentials(registry: image.registry, reason: "it was given up", help: nil)
        }
        return try answer.get()
    }

    private func helper(for image: ImageReference, in configuration: DockerConfiguration) -> String? {
        configuration.credentialHelper(image.credentialKey)
            ?? configuration.credentialHelper(image.registry)
            ?? configuration.credentialStore
    }

    /// What `DOCKER_AUTH_CONFIG` holds, the form that CI systems hand over.
    private func ofEnvironment(_ image: ImageReference) throws(EngineError) -> RegistryAuthentication? {
        guard let text = environment["DOCKER_AUTH_CONFIG"], !text.isEmpty else { return nil }
        guard let root = try? CanonicalReader.parse(text.utf8) else {
            throw .settings(
                "DOCKER_AUTH_CONFIG is not JSON",
                help: "write {\"auths\": {\"HOST\": {\"auth\": \"...\"}}}"
            )
        }
        return try Self.stored(root["auths"]?.object ?? [], image, in: "DOCKER_AUTH_CONFIG")
    }

    /// The entry under the registry's own name, or under an address of its host as older clients wrote it.
    private static func stored(
        _ entries: [CanonicalMember],
        _ image: ImageReference,
        in place: String
    ) throws(EngineError) -> RegistryAuthentication? {
        let host = host(of: image.credentialKey)
        let entry =
            entries.first { $0.key == image.credentialKey } ?? entries.first { Self.host(of: $0.key) == host }
            ?? entries.first { $0.key == image.registry }
        guard let entry else { return nil }
        if let token = text(entry, "identitytoken") {
            return RegistryAuthentication(.identityToken(token), server: image.credentialKey)
        }
        if let token = text(entry, "registrytoken") {
            return RegistryAuthentication(.registryToken(token), server: image.credentialKey)
        }
        if let encoded = text(entry, "auth") {
            guard let proof = decoded(encoded) else {
                throw .credentials(
                    registry: image.registry,
                    reason: "the entry \(entry.key) in \(place) is not the base 64 of USER:PASSWORD",
                    help: "run `docker login` anew"
                )
            }
            return RegistryAuthentication(proof, server: image.credentialKey)
        }
        guard let user = text(entry, "username"), let password = text(entry, "password") else { return nil }
        return RegistryAuthentication(.password(user: user, password: password), server: image.credentialKey)
    }

    private static func text(_ entry: CanonicalMember, _ key: String) -> String? {
        entry.value[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func decoded(_ encoded: String) -> RegistryAuthentication.Proof? {
        guard let bytes = Base64.decoded(encoded), let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            let user = String(validating: bytes[..<colon], as: UTF8.self)
        else { return nil }
        // Old clients padded the password with zeros.
        var password = bytes[(colon + 1)...]
        while password.last == 0 { password.removeLast() }
        return String(validating: password, as: UTF8.self).map { .password(user: user, password: $0) }
    }

    private static func host(of address: String) -> Substring {
        let rest = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
        return rest.prefix { $0 != "/" }
    }
}
