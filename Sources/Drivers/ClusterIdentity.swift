import ResourceModel

extension ClusterObserving {
    /// Refuses a record that belongs to another cluster: all of it would be made once more on this one.
    ///
    /// - Returns: The cluster's id; nil where it has none.
    @discardableResult
    package func checkIdentity(of recorded: RecordedState) async throws(DriverError) -> String? {
        let found = try await identity()
        guard let found, let known = recorded.cluster, found != known else { return found }
        throw DriverError(
            .conflict,
            "this is another cluster (\(found)) than the one that the record of \(recorded.project) was applied to"
                + " (\(known))",
            help:
                "check --host, the project file, DOCKER_HOST and DOCKER_CONTEXT; a second cluster wants an environment or a"
                + " --state of its own; if this one takes the place of the other, run orchplan apply --take-over"
        )
    }
}
