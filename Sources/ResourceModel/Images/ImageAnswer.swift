/// What came of asking a registry what an image stands for.
package enum ImageAnswer: Sendable, Hashable {
    /// The digest of the image, or of its index of platforms: `sha256:…`.
    case digest(String)
    /// Nobody could be asked, or told.
    case silence(RegistrySilence)
}

/// Why a registry did not tell what an image stands for.
package struct RegistrySilence: Sendable, Hashable {
    package enum Cause: String, Sendable, Hashable {
        /// It does not answer, or not in time.
        case unreachable
        /// It wants other credentials.
        case refused
        /// It has no such image.
        case missing
        /// Its credentials cannot be had, or the image's name is none.
        case unasked
    }

    package var cause: Cause
    /// Host and port, as image names have it; `docker.io` where they have none.
    package var registry: String
    /// What was said, for people: lowercase, no full stop.
    package var reason: String

    package init(_ cause: Cause, registry: String, reason: String) {
        self.cause = cause
        self.registry = registry
        self.reason = reason
    }
}

/// What registries told when a plan was made.
package struct ImageDigests: Sendable, Hashable {
    /// By the image as manifests name it; about one that is not in it nobody was asked.
    package var answers: [String: ImageAnswer]
    /// Whether services stay with the content that they are recorded with, although a registry has another now.
    package var keepsRecorded: Bool

    package init(_ answers: [String: ImageAnswer] = [:], keepsRecorded: Bool = false) {
        self.answers = answers
        self.keepsRecorded = keepsRecorded
    }
}
