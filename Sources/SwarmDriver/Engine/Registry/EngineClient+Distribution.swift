import ResourceModel

/// What a registry has under an image's name at this moment.
package struct RegistryImage: Sendable, Hashable {
    /// Of the image, or of its index of platforms: `sha256:...`.
    package var digest: String
    /// `linux/amd64` and so on; empty when the registry does not tell.
    package var platforms: [String]

    package init(digest: String, platforms: [String]) {
        self.digest = digest
        self.platforms = platforms
    }
}

extension EngineClient {
    /// Asks the image's registry, through the engine, what the name stands for now.
    ///
    /// - Throws: `.answered` with 401 or 403 when the registry wants other credentials, with 404 when it has no such
    ///   image.
    package func registryImage(
        _ image: ImageReference,
        authentication: RegistryAuthentication?,
        deadline: Duration = .seconds(60)
    ) async throws(EngineError) -> RegistryImage {
        let answer = try await get(
            "/distribution/\(segments: image.fullName)/json",
            authentication: authentication,
            deadline: deadline
        )
        guard let digest = answer["Descriptor"]?["digest"]?.string, !digest.isEmpty else {
            throw .unreadable(
                EngineCall(method: "GET", path: "/distribution/\(image.fullName)/json"),
                reason: "it holds no digest"
            )
        }
        let platforms = (answer["Platforms"]?.array ?? [])
            .compactMap { platform -> String? in
                guard let system = platform["os"]?.string, let architecture = platform["architecture"]?.string else {
                    return nil
                }
                let variant = platform["variant"]?.string.map { "/\($0)" } ?? ""
                return "\(system)/\(architecture)\(variant)"
            }
        return RegistryImage(digest: digest, platforms: platforms)
    }
}
