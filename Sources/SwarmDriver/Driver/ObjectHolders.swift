import ResourceModel

/// Who keeps an object of the engine from being removed.
///
/// What was stopped a moment ago lets go within seconds; a service that mentions the object, or a container that no
/// service made, does not.
struct ObjectHolders: Sendable, Hashable {
    /// For people: `the service blog_web`, `the container box`; in the order in which they were found.
    var staying: [String] = []
    /// Whether instances of services that are gone still have it.
    var isLeaving = false

    /// - Parameters:
    ///   - names: The name and the id of an object of this kind.
    ///   - services: All of the cluster.
    ///   - containers: Those of the engine's own node that have it, elements of `/containers/json`.
    ///   - project: Whose services are not called a stranger's.
    init(
        _ kind: ResourceKind,
        _ names: Set<String>,
        services: [CanonicalValue],
        containers: [CanonicalValue],
        project: String
    ) {
        for service in services where Self.mentions(kind, service).contains(where: names.contains) {
            let owner = OwnershipLabels(engineLabels: SwarmDriver.texts(service))?.project
            let name = SwarmDriver.spec(service)["Name"]?.string ?? SwarmDriver.id(service) ?? ""
            staying.append("the service \(name)" + (owner == project ? "" : ", which is not this project's"))
        }
        let running = Set(services.compactMap { $0["ID"]?.string })
        for container in containers {
            let name = container["Names"]?.array?.first?.string.map { String($0.trimmingPrefix("/")) }
            let shown = name ?? String((container["Id"]?.string ?? "").prefix(12))
            guard let service = container.at("Labels")?["com.docker.swarm.service.id"]?.string else {
                staying.append("the container \(shown)")
                continue
            }
            // The engine keeps some of a service's stopped instances; they hold what they were made with.
            let isKept = running.contains(service) && container["State"]?.string == "exited"
            if isKept {
                staying.append("the stopped instance \(shown), which the engine keeps")
            } else {
                isLeaving = true
            }
        }
    }

    /// Adds the task that the engine says holds a network: a container that was let onto it has one without a service.
    mutating func add(task: CanonicalValue, nodes: ClusterNodes) {
        guard task["ServiceID"]?.string?.isEmpty != false else {
            isLeaving = true
            return
        }
        guard staying.isEmpty else { return }
        let id = task.at("Spec", "NetworkAttachmentSpec", "ContainerID")?.string
        let node = task["NodeID"]?.string.map { " on \(nodes.hostname(of: $0))" } ?? ""
        staying.append("a container\(id.map { " (\($0.prefix(12)))" } ?? "")\(node) that no service made")
    }

    /// The task that a refusal names: `network N is in use by task T`.
    static func task(in refusal: String) -> String? {
        guard let range = refusal.firstRange(of: "in use by task ") else { return nil }
        let id = refusal[range.upperBound...].prefix { $0.isLetter || $0.isNumber }
        return id.isEmpty ? nil : String(id)
    }

    /// What of a kind a service's definition refers to, by names and ids.
    private static func mentions(_ kind: ResourceKind, _ service: CanonicalValue) -> [String] {
        let template = service.at("Spec", "TaskTemplate")
        let container = template?["ContainerSpec"]
        let (list, member): (CanonicalValue?, String) =
            switch kind {
            case .network: (template?["Networks"], "Target")
            case .volume: (container?["Mounts"], "Source")
            case .secret: (container?["Secrets"], "SecretID")
            case .config: (container?["Configs"], "ConfigID")
            case .service: (nil, "")
            }
        return (list?.array ?? []).compactMap { $0[member]?.string }
    }
}
