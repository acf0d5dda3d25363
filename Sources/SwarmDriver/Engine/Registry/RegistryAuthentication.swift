import ResourceModel

/// Who asks a registry, ready for the `X-Registry-Auth` header; prints as `(sensitive)`.
package struct RegistryAuthentication: Sendable {
    private let header: SecretBytes

    /// What proves who asks.
    enum Proof {
        case password(user: String, password: String)
        /// A token that the registry's own service exchanges for others.
        case identityToken(String)
        case registryToken(String)
    }

    /// - Parameter server: The registry as its credentials are stored.
    init(_ proof: Proof, server: String) {
        var members: [CanonicalMember] = []
        func add(_ key: String, _ text: String) { members.append(CanonicalMember(key: key, value: .string(text))) }
        switch proof {
        case .password(let user, let password):
            add("username", user)
            add("password", password)
        case .identityToken(let token): add("identitytoken", token)
        case .registryToken(let token): add("registrytoken", token)
        }
        add("serveraddress", server)
        var writer = CanonicalWriter()
        CanonicalValue.object(members).encode(to: &writer)
        header = SecretBytes(Base64.urlEncoded(writer.bytes))
    }

    /// The header's value: the JSON of Docker's `AuthConfig` in base 64 for URLs.
    var headerValue: String {
        header.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension RegistryAuthentication: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(sensitive)" }
    package var debugDescription: String { "(sensitive)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
