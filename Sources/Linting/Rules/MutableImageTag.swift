import Manifests
import ResourceModel
import SourceDiagnostics

/// An image without a tag, or with the tag `latest`, is another one tomorrow.
struct MutableImageTag: LintRule {
    let code = DiagnosticCode(
        "OP5001",
        "image-tag",
        "An image has no tag, or a tag that is moved to newer images.",
        remedy: "Name a tag that stays what it is, such as a version, or pin the digest: name@sha256:DIGEST."
    )
    let severity = Severity.warning

    func check(_ resource: Resource, in context: LintContext) -> [LintFinding] {
        // The field alone: a copy of the whole spec would count every reference that it holds.
        guard case .service(let service) = resource.spec, let image = service.image else { return [] }
        let tag = Self.tag(of: image)
        guard tag == .none || tag == .latest else { return [] }
        return [
            LintFinding(
                field: "image",
                tag == .none ? "the image has no tag, which means latest" : "the tag latest is moved to newer images",
                help: "write a version, or pin the digest"
            )
        ]
    }

    private enum Tag {
        case none
        case latest
        /// A tag that stays, or a digest.
        case fixed
    }

    /// What follows the first colon of the last part of the name, told from the bytes.
    private static func tag(of image: String) -> Tag {
        var image = image
        return image.withUTF8 { bytes in
            guard !bytes.contains(UInt8(ascii: "@")) else { return .fixed }
            var name = bytes[...]
            while name.last == UInt8(ascii: "/") { name.removeLast() }
            if let slash = name.lastIndex(of: UInt8(ascii: "/")) { name = name[(slash + 1)...] }
            guard let colon = name.firstIndex(of: UInt8(ascii: ":")) else { return .none }
            return name[(colon + 1)...].elementsEqual("latest".utf8) ? .latest : .fixed
        }
    }
}
