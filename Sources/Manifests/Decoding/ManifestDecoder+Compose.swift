import SourceDiagnostics
import YAMLDocuments

extension ManifestDecoder {
    /// Says once that a document is a Compose file, in place of a fault for each of its keys.
    ///
    /// A Compose file has `services` at its top, and neither `apiVersion` nor `kind`.
    mutating func reportComposeFile(_ root: YAMLNode) -> Bool {
        guard let services = root["services"], services.isMapping || services.isNull,
            root["apiVersion"] == nil, root["kind"] == nil
        else { return false }
        let path = file?.path ?? "compose.yaml"
        let isFile = path != "<stdin>"
        report(
            .composeFile,
            isFile ? "`\(path)` is a Compose file, not a manifest" : "this is a Compose file, not a manifest",
            at: services.keyRange ?? services.smallRange,
            help: ["turn it into manifests: `orchplan convert \(isFile ? path : "FILE")`"]
        )
        return true
    }
}
