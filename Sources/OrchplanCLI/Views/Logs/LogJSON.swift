import ResourceModel
import SourceDiagnostics

/// Lines of logs for other programs, one JSON object a line.
///
/// The first is `{"type":"version","formatVersion"}`; then `line` with `time`, `service`, `instance`, `slot`, `stream`
/// (`stdout`, `stderr`) and `text`, and while following `event` with `time`, `service`, `instance`, `slot` and `text`.
package enum LogJSON {
    package static let header = "{\"type\":\"version\",\"formatVersion\":\"1.0\"}\n"

    /// One line with its line break; the text reads as it was printed, and no character of it steers a terminal.
    package static func text(_ entry: LogEntry) -> String {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.write("type", entry.kind == .event ? "event" : "line")
        writer.write("time", entry.time)
        writer.write("service", optional: entry.name?.service)
        writer.write("instance", entry.instance)
        writer.write("slot", optional: entry.name?.slot)
        if entry.kind != .event { writer.write("stream", entry.kind == .errors ? "stderr" : "stdout") }
        writer.write("text", entry.text)
        writer.endObject()
        return JSONRenderer.harmless(String(decoding: writer.bytes, as: UTF8.self)) + "\n"
    }
}
