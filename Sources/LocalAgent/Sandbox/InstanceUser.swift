import ResourceModel

/// Who the processes of an instance are.
package struct InstanceUser: Sendable, Hashable {
    package var id: Int
    package var group: Int
    package var home: String
    /// Whether it differs from whoever runs the agent.
    package var isOther: Bool
    /// What stands before a command to make it run as this user; empty where the sandbox itself does it.
    package var prefix: [String]

    /// Resolves a service's `user` and `groups`.
    ///
    /// As root the sandbox has no user namespace, and `setpriv` inside it changes to the user, so that files on volumes
    /// belong to whom one expects. An ordinary user has one user id outside; inside it may look like any other.
    static func resolve(_ request: SandboxRequest, _ host: some HostFacts) throws(AgentError) -> InstanceUser {
        guard let text = request.spec.user, !text.isEmpty else {
            let home = host.user(id: request.userID)?.home ?? "/"
            return InstanceUser(
                id: request.userID,
                group: request.groupID,
                home: home,
                isOther: false,
                prefix: try groupsPrefix(request, host)
            )
        }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let user = try resolveUser(parts[0], host)
        var group = user.group
        if parts.count == 2 { group = try resolveGroup(parts[1], host) }
        let isOther = user.id != request.userID || group != request.groupID
        var prefix: [String] = []
        if request.isRoot, isOther || !request.spec.groups.isEmpty {
            var groups: [String] = []
            for name in request.spec.groups { groups.append("\(try resolveGroup(name, host))") }
            let known = host.user(id: user.id) != nil && groups.isEmpty
            let others = groups.isEmpty ? (known ? "--init-groups" : "--clear-groups") : nil
            prefix = [
                "setpriv", "--reuid=\(user.id)", "--regid=\(group)",
                others ?? "--groups=\(groups.joined(separator: ","))", "--",
            ]
        }
        return InstanceUser(id: user.id, group: group, home: user.home, isOther: isOther, prefix: prefix)
    }

    private static func groupsPrefix(
        _ request: SandboxRequest,
        _ host: some HostFacts
    ) throws(AgentError) -> [String] {
        guard request.isRoot, !request.spec.groups.isEmpty else { return [] }
        var groups: [String] = []
        for name in request.spec.groups { groups.append("\(try resolveGroup(name, host))") }
        return ["setpriv", "--groups=\(groups.joined(separator: ","))", "--"]
    }

    private static func resolveUser(_ text: String, _ host: some HostFacts) throws(AgentError) -> HostUser {
        if let id = Int(text) { return host.user(id: id) ?? HostUser(id: id, group: id, home: "/") }
        guard let user = host.user(named: text) else {
            throw AgentError(.invalid, "user \(text) is not in /etc/passwd", help: "give a number, or make the user")
        }
        return user
    }

    private static func resolveGroup(_ text: String, _ host: some HostFacts) throws(AgentError) -> Int {
        guard let id = Int(text) ?? host.groupID(named: text) else {
            throw AgentError(.invalid, "group \(text) is not in /etc/group", help: "give a number, or make the group")
        }
        return id
    }
}
