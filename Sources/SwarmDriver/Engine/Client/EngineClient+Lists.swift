import ResourceModel

extension EngineClient {
    /// A list of the cluster's objects.
    ///
    /// What is no list is an error: taken for an empty one, it would make everything there is look gone.
    func list(_ path: EnginePath, _ query: [EngineQueryItem] = []) async throws(EngineError) -> [CanonicalValue] {
        let answer = try await get(path, query)
        guard let list = answer.array else { throw .noList(path) }
        return list
    }

    /// The volumes of the engine's node; their list is a member of the answer, and null when there are none.
    func volumes(_ query: [EngineQueryItem] = []) async throws(EngineError) -> [CanonicalValue] {
        guard let list = try await get("/volumes", query)["Volumes"] else { throw .noList("/volumes") }
        if case .null = list { return [] }
        guard let volumes = list.array else { throw .noList("/volumes") }
        return volumes
    }
}

extension EngineError {
    fileprivate static func noList(_ path: EnginePath) -> EngineError {
        .unreadable(EngineCall(method: "GET", path: path.text), reason: "it is no list")
    }
}
