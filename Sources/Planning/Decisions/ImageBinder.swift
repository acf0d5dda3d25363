import Plans
import ResourceModel

/// What there is to say of a service's image beside its digest.
enum ImageStanding: Sendable, Hashable {
    /// Its registry did not tell; the content that is recorded for it stays.
    case held(RegistrySilence)
    /// Its registry did not tell, and no content is recorded: every node runs what it finds.
    case unpinned(RegistrySilence)
    /// It was applied unpinned. To pin it would replace its instances, and nothing else asks for that.
    case waiting
}

/// Binds the images of services to the content that they stand for.
struct ImageBinder: Sendable {
    /// A service as it is to be, its image bound.
    struct Bound {
        var resource: Resource
        var spec: ServiceSpec
        var standing: ImageStanding?
    }

    private let images: ImageDigests
    private let isOn: Bool
    private let recorded: [RecordedResource]
    /// By image, what the youngest record of any service has; looked up when first needed.
    private var applied: [String: String]?

    init(_ images: ImageDigests, isOn: Bool, recorded: [RecordedResource]) {
        self.images = images
        self.isOn = isOn
        self.recorded = recorded
    }

    /// The service with the digest that it is to run; one that has a digest already, of a revision, keeps that.
    ///
    /// What a registry told wins. Without its word, nothing that runs is rolled for that: the service's own record
    /// decides where it has the same image, and otherwise that of another service with this image.
    ///
    /// - Parameter isThere: Whether the cluster has the service, and so instances that a new digest would replace.
    mutating func bind(
        _ resource: Resource,
        _ spec: ServiceSpec,
        _ record: RecordedResource?,
        isThere: Bool,
        _ fingerprinter: inout Fingerprinter
    ) -> Bound {
        guard isOn, spec.imageDigest == nil, let image = spec.image, !image.utf8.contains(UInt8(ascii: "@")) else {
            return Bound(resource: resource, spec: spec)
        }
        // Another system's: what is recorded of it stays, the digest along with the name.
        if record != nil, spec.ignoreChanges.contains("image") { return Bound(resource: resource, spec: spec) }
        let old = record.flatMap { try? $0.resource.decoded(Resource.self) }?.spec.service
        let isRecorded = old?.image == image
        var silence: RegistrySilence?
        switch images.answers[image] {
        case .digest(let told)?:
            guard isRecorded, let old else { return bound(resource, spec, told) }
            if images.keepsRecorded { return bound(resource, spec, old.imageDigest) }
            if old.imageDigest == nil, isThere, old.mode == spec.mode, isSame(resource, spec, as: old, &fingerprinter) {
                // A job that has run is over: whatever it ran, nobody waits for its next run.
                return Bound(resource: resource, spec: spec, standing: spec.mode.isJob ? nil : .waiting)
            }
            return bound(resource, spec, told)
        case .silence(let reason)?: silence = reason
        case nil: break
        }
        let digest = isRecorded ? old?.imageDigest : appliedElsewhere(image)
        return bound(resource, spec, digest, silence.map { digest == nil ? .unpinned($0) : .held($0) })
    }

    /// Why a service's image stands for something else than before, where a registry said so.
    func reasons(_ changes: [FieldChange], _ spec: ServiceSpec) -> [StepReason] {
        guard let image = spec.image, case .digest(let told)? = images.answers[image],
            let change = changes.first(where: { $0.path == "imageDigest" }), change.after == .string(told),
            !changes.contains(where: { $0.path == "image" })
        else { return [] }
        return [change.before == nil ? .imagePinned(image: image) : .tagMoved(image: image)]
    }

    private func bound(
        _ resource: Resource,
        _ spec: ServiceSpec,
        _ digest: String?,
        _ standing: ImageStanding? = nil
    ) -> Bound {
        guard let digest else { return Bound(resource: resource, spec: spec, standing: standing) }
        var bound = Bound(resource: resource, spec: spec, standing: standing)
        bound.spec.imageDigest = digest
        bound.resource.spec = .service(bound.spec)
        return bound
    }

    /// Whether the instances are what they were, so that only the digest would replace them.
    private func isSame(
        _ resource: Resource,
        _ spec: ServiceSpec,
        as old: ServiceSpec,
        _ fingerprinter: inout Fingerprinter
    ) -> Bool {
        let ignored = spec.fieldsOfOthers
        var kept = spec
        if !ignored.isEmpty,
            let tree = try? CanonicalText(Resource(address: resource.address, spec: .service(old))).value()
        {
            kept = IgnoredFields.keep(ignored, of: tree, in: resource).spec.service ?? spec
        }
        return fingerprinter.fingerprint(kept, scope: .instance) == fingerprinter.fingerprint(old, scope: .instance)
    }

    private mutating func appliedElsewhere(_ image: String) -> String? {
        if let applied { return applied[image] }
        var found: [String: String] = [:]
        for record in recorded.sorted(by: { $0.revision < $1.revision }) where record.address.kind == .service {
            guard let spec = (try? record.resource.decoded(Resource.self))?.spec.service, let image = spec.image else {
                continue
            }
            if let digest = spec.imageDigest { found[image] = digest }
        }
        applied = found
        return found[image]
    }
}
