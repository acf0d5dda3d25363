import ResourceModel

/// What one look at a project saw.
struct ProjectView: Sendable {
    struct Service: Sendable, Hashable {
        var observed: ObservedService
        /// The definition as the engine has it: not every edit shows elsewhere.
        var spec: CanonicalValue
    }

    var services: [String: Service] = [:]
    /// Nil: nobody wanted to know.
    var objects: Set<SeenObject>?

    init(_ answers: ServiceAnswers, _ objects: Set<SeenObject>?) {
        var specs: [ResourceAddress: CanonicalValue] = [:]
        for json in answers.services {
            guard let spec = json["Spec"], let address = LookedAt.address(spec) else { continue }
            specs[address] = spec
        }
        for observed in answers.observed() {
            let spec = specs[observed.address] ?? .null
            services[observed.address.name] = Service(observed: observed, spec: spec)
        }
        self.objects = objects
    }

    /// What is other than it was: the service, or nil for an object, and what became of it, for people.
    func changes(since old: ProjectView) -> [(service: String?, text: String)] {
        var found: [(service: String?, text: String)] = []
        for name in Set(services.keys).union(old.services.keys).sorted() where services[name] != old.services[name] {
            found.append((name, services[name] == nil ? "removed" : old.services[name] == nil ? "there" : ""))
        }
        guard let objects, let before = old.objects, objects != before else { return found }
        let now = Set(objects.map(\.address))
        let then = Set(before.map(\.address))
        for address in Set(objects.symmetricDifference(before).map(\.address)).sorted() {
            let text = !now.contains(address) ? " removed" : !then.contains(address) ? " there" : " changed"
            found.append((nil, address.description + text))
        }
        return found
    }
}
