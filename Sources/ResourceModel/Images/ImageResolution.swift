/// Which images registries are asked about when a plan is made; the words of `docker stack deploy --resolve-image`.
package enum ImageResolution: String, CaseIterable, CanonicalEnum {
    /// All that no manifest pins: a tag that was moved is a change.
    case always
    /// Those that a service is not recorded with: a tag that was moved goes unnoticed.
    case changed
    /// None: recorded content stays, and a new image is whatever a node finds under its name.
    case never
}

extension ResourceGraph {
    /// The images to ask about, each once, in the order of their names.
    ///
    /// - Parameter recorded: What the services were applied with.
    package func images(_ resolution: ImageResolution, recorded: [RecordedResource]) -> [String] {
        guard resolution != .never else { return [] }
        let known = resolution == .changed ? Dictionary(recorded.map { ($0.address, $0.resource) }) { $1 } : [:]
        var asked: Set<String> = []
        for resource in resources {
            guard let image = resource.spec.service?.imageToResolve else { continue }
            let applied = known[resource.address].flatMap { try? $0.decoded(Resource.self) }?.spec.service?.image
            if applied != image { asked.insert(image) }
        }
        return asked.sorted()
    }
}

extension ServiceSpec {
    /// The image, where a registry can tell what it stands for and nobody has said so yet.
    package var imageToResolve: String? {
        guard let image, !image.isEmpty, imageDigest == nil, pullPolicy != .never, !image.utf8.contains(0x40) else {
            return nil
        }
        return image
    }
}
