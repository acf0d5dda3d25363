import Manifests
import ResourceModel
import SourceDiagnostics

/// An image without a tag, or with the tag `latest`, is another one tomorrow.
struct MutableImageTag: LintRule {
    let code = DiagnosticCode("OP5001", "image-tag", "An image has no tag, or a tag that is moved to newer images.")
    let severity = Severity.warning

    func check(_ resource: Resource, in context: LintContext) -> [LintFinding] {
        guard let image = resource.spec.service?.image, !image.contains("@") else { return [] }
        let name = image.split(separator: "/").last ?? ""
        let tag = name.firstIndex(of: ":").map { name[name.index(after: $0)...] }
        guard tag == nil || tag == "latest" else { return [] }
        return [
            LintFinding(
                field: "image",
                tag == nil ? "the image has no tag, which means latest" : "the tag latest is moved to newer images",
                help: "write a version, or pin the digest"
            )
        ]
    }
}
