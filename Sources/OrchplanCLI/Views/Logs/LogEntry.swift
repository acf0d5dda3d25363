import Drivers
import LocalAgent
import ResourceModel

/// Something that `logs` prints: a line of an instance, or what became of the instance.
package struct LogEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case output
        case errors
        /// Not printed by the instance: that it joined, ended, starts again.
        case event
    }

    /// RFC 3339 in UTC, always with nanoseconds, so that times compare as text.
    package var time: String
    package var instance: String
    package var kind: Kind
    package var text: String

    package init(time: String, instance: String, kind: Kind = .output, text: String) {
        self.time = time
        self.instance = instance
        self.kind = kind
        self.text = text
    }

    init(_ line: InstanceLine, instance: String) {
        self.init(
            time: line.time,
            instance: instance,
            kind: line.isError ? .errors : .output,
            text: line.text
        )
    }

    var name: InstanceName? { InstanceName(instance) }
    var shortName: String { name?.short ?? instance }
}
