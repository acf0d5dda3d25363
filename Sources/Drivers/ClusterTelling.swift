import ResourceModel

/// Tells people more of a cluster than planning needs to know: what instances print, and how they came to be as they
/// are.
package protocol ClusterTelling: ClusterObserving {
    /// Everything that `inventory` tells, asked of what runs, and nothing is started for it; nil where nothing answers.
    func presentInventory() async -> Inventory?

    /// What is known of every instance beside the inventory.
    func facts() async throws(DriverError) -> [InstanceFacts]

    /// What happened lately to services and instances, oldest first; empty for a driver that remembers nothing.
    func recentEvents() async throws(DriverError) -> [InstanceEvent]

    /// The last lines of an instance's output, oldest first; with `follow` what it prints from then on, too.
    ///
    /// - Parameters:
    ///   - lines: Nil: as many as there are.
    ///   - since: Only from the line of this time on, or, where no line has it, what is later; as lines have times.
    func logs(
        instance id: String,
        lines: Int?,
        since: String?,
        follow: Bool
    ) -> AsyncThrowingStream<InstanceLine, any Error>
}

/// One line that an instance printed.
package struct InstanceLine: Sendable, Hashable {
    /// RFC 3339 in UTC, always with nanoseconds, so that times compare as text.
    package var time: String
    /// Whether it was printed to standard error.
    package var isError: Bool
    /// Without its line break.
    package var text: String

    package init(time: String, isError: Bool = false, text: String) {
        self.time = time
        self.isError = isError
        self.text = text
    }
}

/// What happened to a service or an instance.
package struct InstanceEvent: Sendable, Hashable {
    /// Milliseconds since 1970.
    package var time: Int
    /// A service's name or an instance's id.
    package var subject: String
    package var text: String

    package init(time: Int, subject: String, text: String) {
        self.time = time
        self.subject = subject
        self.text = text
    }
}
