import Manifests
import ResourceModel
import SourceDiagnostics

/// One rule: looks at one resource at a time and says what is doubtful about it.
///
/// Rules are pure: they see what was compiled and nothing else, never the disk, a clock or a cluster.
package protocol LintRule: Sendable {
    /// The number and the name by which the rule is configured, suppressed and explained.
    var code: DiagnosticCode { get }

    /// How bad a finding is unless the project says otherwise.
    var severity: Severity { get }

    /// The findings about one resource.
    func check(_ resource: Resource, in context: LintContext) -> [LintFinding]
}

/// What a rule can look at beside the resource itself.
package struct LintContext: Sendable {
    package let graph: ResourceGraph
    package let capabilities: Capabilities?

    package init(graph: ResourceGraph, capabilities: Capabilities? = nil) {
        self.graph = graph
        self.capabilities = capabilities
    }
}

/// One finding; the place is found from the field's path when the finding is shown.
package struct LintFinding: Sendable, Hashable {
    /// The path below `spec`; nil: the resource as a whole.
    package var field: String?
    package var message: String
    package var help: String?

    package init(field: String?, _ message: String, help: String? = nil) {
        self.field = field
        self.message = message
        self.help = help
    }
}
