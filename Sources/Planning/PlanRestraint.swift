import ResourceModel

/// What a plan leaves alone, although the manifests or the record would have it otherwise.
///
/// For a loop that applies plans by itself: what failed or is not allowed is held back, and the rest goes on.
package struct PlanRestraint: Sendable, Hashable {
    /// Recorded resources that stay as recorded: what drifted is put right, what is declared otherwise waits.
    ///
    /// Without a record the same as `untouched`.
    package var frozen: Set<ResourceAddress>
    /// Resources that nothing happens to, not even a repair.
    package var untouched: Set<ResourceAddress>

    package init(frozen: Set<ResourceAddress> = [], untouched: Set<ResourceAddress> = []) {
        self.frozen = frozen
        self.untouched = untouched
    }

    package var isEmpty: Bool { frozen.isEmpty && untouched.isEmpty }
}

/// How many instances a service's load asks for.
package struct ScaleOrder: Sendable, Hashable {
    package var replicas: Int
    /// Lowercase, for people: `cpu 91 %, target 60 %`.
    package var why: String

    package init(replicas: Int, why: String) {
        self.replicas = replicas
        self.why = why
    }
}
