import ResourceModel

/// Everything that one seed stands for, drawn before anything runs: what is declared, what is typed, what goes wrong.
///
/// A plain value, so that a failing one can be made smaller piece by piece.
package struct Scenario: Sendable {
    package var seed: UInt64
    /// Whether the cluster runs rollouts itself.
    package var isNative: Bool
    package var nodes: Int
    /// The share by which times vary.
    package var jitter: Double
    package var acts: [Act]
    /// Whether what somebody else made is in the cluster as well.
    package var hasStrangers: Bool
}

extension Scenario {
    /// The same edits, each applied in full, with nothing going wrong.
    package var calm: Scenario {
        var calm = self
        calm.hasStrangers = false
        for index in calm.acts.indices {
            calm.acts[index].command = Command(batch: calm.acts[index].command.batch, deleteVolumes: true)
            calm.acts[index].troubles = []
            calm.acts[index].killedAt = nil
        }
        return calm
    }
}

/// An edit of the manifests, a command, and what goes wrong meanwhile.
package struct Act: Sendable {
    package var declared: Project
    package var command: Command
    package var troubles: [Trouble]
    /// At which share of its effects the same act is killed in a world beside this one, which applies again and has to
    /// come to the same end; nil: not compared.
    package var killedAt: Double?
}

/// What the manifests declare, and the version of each secret's content.
package struct Project: Sendable {
    package var resources: [Resource]
    package var contents: [String: Int]

    package init(resources: [Resource] = [], contents: [String: Int] = [:]) {
        self.resources = resources
        self.contents = contents
    }

    /// What every secret's content begins with: bytes that must be found nowhere else.
    package static let canary = "canary~"

    package func content(of secret: String) -> [UInt8] {
        Array("\(Self.canary)\(secret)-\(contents[secret] ?? 0)".utf8)
    }

    package func digests(_ fingerprinter: Fingerprinter) -> [String: Fingerprint] {
        var digests: [String: Fingerprint] = [:]
        for name in contents.keys { digests[name] = fingerprinter.digest(content(of: name)) }
        return digests
    }
}

/// What a person types.
package struct Command: Sendable {
    package enum Verb: Sendable, Hashable {
        case apply
        /// `plan --out`, a while, `apply FILE`.
        case applySaved(after: Duration)
        case destroy
        /// To the revision at this share of all that there are when it is typed.
        case rollback(Double)
        case rollbackTo(Int)
    }

    package var verb: Verb
    package var targets: [ResourceAddress] = []
    package var batch: Int
    package var deleteVolumes: Bool
    /// How long it waits for the lock.
    package var lockTimeout: Duration

    package init(_ verb: Verb = .apply, batch: Int = 10, deleteVolumes: Bool = true) {
        self.verb = verb
        self.batch = batch
        self.deleteVolumes = deleteVolumes
        lockTimeout = .zero
    }

    var name: String {
        switch verb {
        case .apply: "apply"
        case .applySaved: "apply FILE"
        case .destroy: "destroy"
        case .rollback: "rollback"
        case .rollbackTo(let number): "rollback \(number)"
        }
    }
}
