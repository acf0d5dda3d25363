import Drivers
import ResourceModel

/// Gives the content of secrets, at the moment that a driver needs it.
package protocol SecretProviding: Sendable {
    /// The bytes of a secret from where its spec says they are.
    ///
    /// Called only for secrets whose source is a file, an environment variable or an encrypted file.
    func content(of name: String, spec: SecretSpec) async throws(DriverError) -> SecretBytes
}

extension SecretProviding {
    /// The operation with its secret's content, where it needs one.
    ///
    /// The content must be what the plan was made from: its digest is compared before the driver sees it.
    func filled(_ operation: Operation, _ fingerprinter: Fingerprinter) async throws(DriverError) -> Operation {
        guard case .createSecret(let resource, let name, nil) = operation.action,
            case .secret(let spec) = resource.spec
        else { return operation }
        switch spec.source {
        case .generate, .external: return operation
        case .file, .environment, .age: break
        }
        let content = try await content(of: resource.address.name, spec: spec)
        guard let expected = spec.digest, content.digest(fingerprinter) == expected else {
            throw DriverError(
                .conflict,
                "the content of \(resource.address) changed since the plan was made",
                help: "make a new plan"
            )
        }
        var filled = operation
        filled.action = .createSecret(resource, name: name, content: content)
        return filled
    }
}
