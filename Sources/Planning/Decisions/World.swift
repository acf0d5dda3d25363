import Plans
import ResourceModel

/// One address and what is desired, recorded and observed under it.
struct Subject: Sendable {
    let address: ResourceAddress
    /// The index into the graph's resources; nil: not declared.
    var graph: Int?
    /// The index into the recorded resources; nil: no record.
    var recorded: Int?
    /// The objects of this address, as indices into the world's objects.
    var objects: Range<Int> = 0..<0
    /// The index into the world's services; nil: the cluster has none.
    var service: Int?
}

/// The three states side by side: every list is in the order of addresses, so that joining them costs no hashing.
struct World: Sendable {
    /// Pinned.
    let graph: ResourceGraph
    let recorded: [RecordedResource]
    let objects: [ObservedObject]
    let services: [ObservedService]
    let subjects: [Subject]
    /// For each resource of the graph, its subject.
    let subjectOfGraph: [Int]
    /// Operations whose outcome nobody knows, by what they were about.
    let openOperations: [ResourceAddress: OperationRecord]
    /// What this state began to create and never recorded.
    let attempted: Set<ResourceAddress>
    /// Recorded services that an apply has begun to change since, and has not seen through.
    let begunAgain: Set<ResourceAddress>
    /// Those of them that it took away meanwhile.
    let takenAway: Set<ResourceAddress>
    /// What carries labels of these objects and is none of them.
    let copies: [LabelCopy]
    private let latest: RecordedState

    init(_ input: PlanInput, graph: ResourceGraph) {
        self.graph = graph
        recorded = Self.ordered(input.recorded.resources, by: \.address)
        let project = graph.project
        objects = Self.ordered(input.inventory.objects.filter { $0.labels.project == project }, by: \.labels.address)
        services = Self.ordered(input.inventory.services.filter { $0.labels.project == project }, by: \.labels.address)
        var join = Join(graph: graph.resources, recorded: recorded, objects: objects, services: services)
        // Destroying looks at what is there, not at what is declared.
        join.run(ignoringGraph: input.options.destroy)
        subjects = join.subjects
        subjectOfGraph = join.subjectOfGraph
        openOperations = Dictionary(input.recorded.openOperations.map { ($0.address, $0) }) { $1 }
        attempted = input.recorded.attempted
        begunAgain = input.recorded.begunAgain
        takenAway = input.recorded.takenAway
        copies = input.inventory.copies
        latest = input.recorded
    }

    /// How a definition that is not the recorded one came about, for people.
    func origin(_ labels: OwnershipLabels) -> String {
        guard let number = latest.revision(ofOperation: labels.operation) else {
            return "its definition was changed outside orchplan"
        }
        return "it has the definition of revision \(number), which did not come to its end"
    }

    /// Whether an operation was part of an apply that this record knows of.
    func isOwn(operation id: String) -> Bool {
        latest.revision(ofOperation: id) != nil || latest.openOperations.contains { $0.id == id }
    }

    /// The revision whose apply an operation was part of; 0: none that this record knows of.
    func revision(ofOperation id: String) -> Int { latest.revision(ofOperation: id) ?? 0 }

    /// The subject with this address, by binary search.
    func subject(_ address: ResourceAddress) -> Int? {
        var low = 0
        var high = subjects.count
        while low < high {
            let middle = (low + high) / 2
            if subjects[middle].address < address { low = middle + 1 } else { high = middle }
        }
        return low < subjects.count && subjects[low].address == address ? low : nil
    }

    func record(_ subject: Subject) -> RecordedResource? { subject.recorded.map { recorded[$0] } }
    func observed(_ subject: Subject) -> ObservedService? { subject.service.map { services[$0] } }

    private static func ordered<Element>(
        _ list: [Element],
        by address: (Element) -> ResourceAddress
    ) -> [Element] {
        for index in list.indices.dropFirst() where address(list[index]) < address(list[index - 1]) {
            return list.sorted { address($0) < address($1) }
        }
        return list
    }
}

/// Joins four lists that are in the order of their addresses.
private struct Join {
    let graph: [Resource]
    let recorded: [RecordedResource]
    let objects: [ObservedObject]
    let services: [ObservedService]
    var subjects: [Subject] = []
    var subjectOfGraph: [Int] = []

    mutating func run(ignoringGraph: Bool) {
        let declared = ignoringGraph ? 0 : graph.count
        subjects.reserveCapacity(max(declared, recorded.count))
        subjectOfGraph.reserveCapacity(declared)
        var (desired, record, object, service) = (0, 0, 0, 0)
        while true {
            var least: ResourceAddress?
            func consider(_ address: ResourceAddress) {
                if let current = least, !(address < current) { return }
                least = address
            }
            if desired < declared { consider(graph[desired].address) }
            if record < recorded.count { consider(recorded[record].address) }
            if object < objects.count { consider(objects[object].labels.address) }
            if service < services.count { consider(services[service].labels.address) }
            guard let address = least else { return }
            var subject = Subject(address: address)
            if desired < declared, graph[desired].address == address {
                subject.graph = desired
                subjectOfGraph.append(subjects.count)
                desired += 1
            }
            while record < recorded.count, recorded[record].address == address {
                subject.recorded = record
                record += 1
            }
            let first = object
            while object < objects.count, objects[object].labels.address == address { object += 1 }
            subject.objects = first..<object
            while service < services.count, services[service].labels.address == address {
                subject.service = service
                service += 1
            }
            subjects.append(subject)
        }
    }
}
