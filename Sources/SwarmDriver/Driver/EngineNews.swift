import ResourceModel

/// One record of `/events`, as far as it says what is worth another look.
struct EngineNews: Sendable, Hashable {
    /// What may have changed.
    enum Subject: Sendable, Hashable {
        /// Services and what runs of them.
        case services
        /// A network, volume, secret or config.
        case objects
    }

    var subject: Subject
    var id: String
    var name: String
    /// The project whose container it is; nil: no container, or nobody's.
    var project: String?
    /// Whether it is about a node, and so about everybody's services.
    var isNode = false

    /// Nil for a record that tells of nothing that could be ours to see.
    init?(_ record: CanonicalValue) {
        let action = record["Action"]?.string ?? ""
        let attributes = record.at("Actor", "Attributes")
        id = record.at("Actor", "ID")?.string ?? ""
        name = attributes?["name"]?.string ?? id
        switch record["Type"]?.string {
        case "service": subject = .services
        case "node":
            subject = .services
            isNode = true
        case "container":
            subject = .services
            project = attributes?[OwnershipLabels.projectKey]?.string
            // Those of a service that was taken over have none of our labels, but their service's id.
            guard project != nil || attributes?["com.docker.swarm.service.id"] != nil else { return nil }
            id = attributes?["com.docker.swarm.service.id"]?.string ?? id
            name = attributes?["com.docker.swarm.service.name"]?.string ?? id
        // A node makes and drops its own end of an overlay as instances come and go.
        case "network":
            guard record["scope"]?.string == "swarm" else { return nil }
            subject = .objects
        // Every mount is told as a creation.
        case "volume":
            guard action == "destroy" else { return nil }
            subject = .objects
        case "secret", "config": subject = .objects
        default: return nil
        }
    }

    /// What the stream is asked for: all that may be ours.
    ///
    /// The engine tells no labels of what a swarm keeps, so that it cannot choose by them. Probes run programs in
    /// containers all the time; those are left out.
    static let filter = EngineFilter()
        .adding("type", ["service", "node", "network", "volume", "secret", "config", "container"])
        .adding("event", ["create", "update", "remove", "destroy", "start", "die", "health_status"])
}

/// What is known to be a project's own, by ids and names; never forgotten, so that what comes back is noticed, too.
struct OwnObjects: Sendable {
    private let project: String
    private let prefix: String
    private var known: Set<String> = []

    init(project: String) {
        self.project = project
        prefix = EngineNames.scoped("", project: project)
    }

    mutating func add(_ json: CanonicalValue) {
        let spec = json.at("Spec") ?? json
        for text in [json["ID"]?.string, json["Id"]?.string, spec["Name"]?.string] {
            if let text { known.insert(text) }
        }
    }

    /// Whether the news may be about the project; rather once too often.
    func concerns(_ news: EngineNews) -> Bool {
        if let owner = news.project { return owner == project }
        return news.isNode || known.contains(news.id) || known.contains(news.name) || news.name.hasPrefix(prefix)
    }
}
