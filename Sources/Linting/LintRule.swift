import ResourceModel
import SourceDiagnostics

/// One rule: what it is called, how bad it is, what breaks it, and how that is found.
///
/// Rules are pure: they see what was compiled and what the driver can do, never the disk, a clock or a cluster.
package struct LintRule: Sendable {
    /// The number and the name by which the rule is configured, suppressed and explained.
    package let code: DiagnosticCode
    package let group: LintGroup
    /// What happens to those who leave it as it is, in a sentence or two.
    package let why: String
    /// How bad a finding is unless the project says otherwise; nil: the rule is off unless the project sets a level.
    package let severity: Severity?
    package let example: LintExample
    /// What a project may set beside the severity.
    package let options: [LintOption]
    let check: LintCheck

    /// - Parameters:
    ///   - number: The four digits of the code.
    ///   - summary: What a finding means, in one sentence.
    ///   - why: What happens to those who leave it as it is.
    ///   - remedy: What to do about one, in a sentence or two.
    init(
        _ number: String,
        _ slug: String,
        _ group: LintGroup,
        _ severity: Severity?,
        _ summary: String,
        why: String,
        remedy: String,
        example: LintExample,
        options: [LintOption] = [],
        check: LintCheck
    ) {
        code = DiagnosticCode("OP" + number, slug, summary, remedy: remedy)
        self.group = group
        self.severity = severity
        self.why = why
        self.example = example
        self.options = options
        self.check = check
    }
}

/// What a rule is about.
package enum LintGroup: String, Sendable, Hashable, CaseIterable {
    case correctness
    case references
    case scheduling
    case rollout
    case health
    case resources
    case security
    case secrets
    case images
    case naming
    case style
}

/// Manifests that break a rule, and the same ones mended: documentation and test at once.
package struct LintExample: Sendable, Hashable {
    package var failing: String
    package var passing: String

    /// Whole manifests.
    package static func manifests(fails failing: String, passes passing: String) -> LintExample {
        LintExample(failing: failing, passing: passing)
    }

    /// What is below `spec` of a service called `web`.
    package static func service(fails failing: String, passes passing: String) -> LintExample {
        LintExample(failing: service(failing), passing: service(passing))
    }

    private static func service(_ spec: String) -> String {
        let lines = spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
        return "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec:\n"
            + lines.joined(separator: "\n")
    }
}

/// How a rule looks: at one service after the other, at one resource of any kind, or at all of them at once.
enum LintCheck: Sendable {
    /// The spec is given apart from the subject: a copy of it would count every reference that it holds.
    case services(@Sendable (ServiceSpec, LintSubject) -> [LintFinding])
    case resources(@Sendable (Resource, LintContext) -> [LintFinding])
    case all(@Sendable (LintContext) -> [(ResourceAddress, LintFinding)])
}

/// The service that a rule looks at, and what is around it.
struct LintSubject: Sendable {
    let address: ResourceAddress
    /// The index of the resource in the graph.
    let resource: Int
    let context: LintContext

    var name: String { address.name }

    /// What rules ask of the service that an entry of `dependsOn` names; nil: there is none of that name.
    func facts(ofDependency index: Int, of service: ServiceSpec) -> ResourceFacts? {
        let count = service.dependsOn.count
        let edges = context.graph.edges[resource].suffix(count)
        // Edges to services are the last ones, in the order of the entries; a name that leads nowhere has none.
        guard edges.count == count, edges.allSatisfy({ $0.condition != nil }) else {
            return context.facts(.service, service.dependsOn[index].service)
        }
        return context.facts(at: edges[edges.startIndex + index].to)
    }
}

/// What a rule can look at beside the resource itself.
///
/// A class, so that what remembers it for the words of a finding counts one reference.
package final class LintContext: Sendable {
    package let graph: ResourceGraph
    package let capabilities: Capabilities?
    let values: LintValues
    /// Whether everything compiled: whatever is named is there.
    private let isWhole: Bool
    /// In the order of the graph's resources.
    private let facts: [ResourceFacts]

    package init(graph: ResourceGraph, isWhole: Bool, capabilities: Capabilities?, values: LintValues) {
        self.graph = graph
        self.isWhole = isWhole
        self.values = values
        facts = graph.resources.map { ResourceFacts($0.spec) }
        self.capabilities = capabilities
    }

    /// Whether instances may run on more than one machine, as far as that is known.
    var mayHaveManyNodes: Bool { capabilities?.driver != "local" }
    /// Whether instances are containers of an engine, and not processes of this machine.
    var hasImages: Bool { capabilities?.driver != "local" }

    /// Whether every one of these networks is declared.
    func hasAll(_ networks: [String]) -> Bool {
        isWhole || networks.allSatisfy { graph.index(of: ResourceAddress(.network, $0)) != nil }
    }

    func hasService(_ name: String) -> Bool { graph.index(of: ResourceAddress(.service, name)) != nil }

    /// What rules ask of another resource; nil: there is none of that name.
    func facts(_ kind: ResourceKind, _ name: String) -> ResourceFacts? {
        graph.index(of: ResourceAddress(kind, name)).map { facts[$0] }
    }

    /// The same by the index of the resource in the graph.
    func facts(at index: Int) -> ResourceFacts { facts[index] }
}

/// One finding; the words are made, and the place is found from the field's path, when the finding is shown.
package struct LintFinding: Sendable {
    /// The path below `spec`, with a `#` behind it for the field's name; nil: the resource as a whole.
    package var field: String? { item.map { "\(list ?? "")[\($0)]" } ?? list }
    private let list: String?
    private let item: Int?
    package var message: String { words() }
    private let words: @Sendable () -> String
    package var help: String?
    /// Another resource, with a field of it, that explains the finding, and the words about it.
    package var related: LintRelation?
    /// Whether what stands there is secret, and so not to be repeated in a terminal or a log.
    package var isSensitive: Bool
    /// What follows the advice of `help`; nil where nobody but the author knows.
    package var fix: LintFix?

    /// - Parameter item: The index in the list that `field` names: written out when the finding is shown, as the words are.
    package init(
        field: String?,
        at item: Int? = nil,
        _ message: @escaping @autoclosure @Sendable () -> String,
        help: String? = nil,
        related: LintRelation? = nil,
        isSensitive: Bool = false,
        fix: LintFix? = nil
    ) {
        list = field
        self.item = item
        words = message
        self.help = help
        self.related = related
        self.isSensitive = isSensitive
        self.fix = fix
    }
}

/// Another place that a finding is about.
package struct LintRelation: Sendable, Hashable {
    package var address: ResourceAddress
    package var field: String?
    package var text: String

    package init(_ address: ResourceAddress, field: String? = nil, _ text: String) {
        self.address = address
        self.field = field
        self.text = text
    }
}
