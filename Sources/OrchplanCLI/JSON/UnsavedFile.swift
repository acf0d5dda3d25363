import Applying
import Glibc
import ResourceModel

/// Outcomes that the state could not take, one JSON object a line: `{"operation","address","action","outcome","error"}`.
enum UnsavedFile {
    /// Writes a new file of mode 0600; false when that fails too.
    static func write(_ outcomes: [UnsavedOutcome], to path: String) -> Bool {
        var text = ""
        for outcome in outcomes {
            var writer = CanonicalWriter()
            writer.beginObject()
            writer.write("operation", outcome.operation.id)
            writer.write("address", outcome.operation.address.description)
            writer.write("action", outcome.operation.action)
            writer.write("outcome", outcome.operation.outcome)
            writer.write("error", outcome.error.message)
            writer.endObject()
            text += String(decoding: writer.bytes, as: UTF8.self) + "\n"
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
            && fsync(descriptor) == 0
    }
}
