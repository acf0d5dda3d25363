/// What a field's value may be: the schema, `explain` and diagnostics all say it from this.
package indirect enum FieldType: Sendable {
    case text(TextFormat)
    case bool
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// A number with a unit of time: `1m30s`.
    case duration
    /// A number with a unit of bytes: `512MiB`.
    case size
    /// A decimal number of processors: `1.5`.
    case cpus
    /// Octal permission bits in quotes: `"0400"`.
    case fileMode
    /// A number or a share: `2`, `25%`.
    case batch
    /// A port or a range of ports.
    case portRange
    case choice([String])
    case list(FieldType)
    case map(FieldType)
    /// A map whose keys are of a closed set.
    case entries([String], FieldType)
    case record(@Sendable () -> RecordInfo)
    case anyOf([FieldType])
    /// Only `null`, which means something here.
    case null
}

/// What a text must look like.
package enum TextFormat: String, Sendable, Hashable, CaseIterable {
    case any
    /// The name of a resource.
    case name
    /// A reference to an image.
    case image
    /// An absolute path inside an instance.
    case absolutePath
    /// A path of the project.
    case path
    /// An IP address.
    case address
    /// The name of a host.
    case hostName
    /// An address range: `10.0.0.0/24`.
    case subnet
    /// A command line that is split as a POSIX shell would, without expanding anything.
    case commandLine
    /// `KEY=VALUE`
    case assignment
    /// The short form of a port.
    case port
    /// The short form of a mount.
    case mount
    /// A capability of the kernel.
    case capability
    /// `USER` or `USER:GROUP`, by name or number.
    case user
    /// The number of a user or group.
    case owner
    /// The name of a port.
    case portName
    /// `NAME:ADDRESS`
    case host
}

extension FieldType {
    /// The type in the words of `explain`: `list of text`, `duration (10s, 1m30s)`.
    package var text: String {
        switch self {
        case .text(let format): format.text
        case .bool: "true or false"
        case .integer(let range): Self.text(range)
        case .number(let range): "number from \(range.lowerBound) to \(range.upperBound)"
        case .duration: "duration with unit, such as 10s or 1m30s"
        case .size: "size with unit, such as 512MiB"
        case .cpus: "processors, such as 1.5"
        case .fileMode: "octal mode in quotes, such as \"0400\""
        case .batch: "number or share, such as 2 or 25%"
        case .portRange: "port or range of ports, such as 8080 or 8080-8090"
        case .choice(let words): words.joined(separator: " | ")
        case .list(let element): "list of \(element.text)"
        case .map(let value), .entries(_, let value): "map of text to \(value.text)"
        case .record(let info): info().title
        case .anyOf(let types): types.map(\.text).joined(separator: ", or ")
        case .null: "null"
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (let low, .max): "integer of at least \(low)"
        case (let low, let high): "integer from \(low) to \(high)"
        }
    }

    /// The record whose fields stand below a field of this type, if any.
    package var record: RecordInfo? {
        switch self {
        case .record(let info): info()
        case .list(let inner), .map(let inner), .entries(_, let inner): inner.record
        case .anyOf(let types): types.lazy.compactMap(\.record).first
        default: nil
        }
    }
}

extension TextFormat {
    var text: String {
        switch self {
        case .any: "text"
        case .name: "name of a resource"
        case .image: "image reference"
        case .absolutePath: "absolute path"
        case .path: "path"
        case .address: "IP address"
        case .hostName: "name of a host"
        case .subnet: "address range such as 10.0.0.0/24"
        case .commandLine: "command line"
        case .assignment: "KEY=VALUE"
        case .port: "short port such as 8080:80/tcp"
        case .mount: "short mount such as data:/var/lib/data:ro"
        case .capability: "capability such as NET_ADMIN, or ALL"
        case .user: "USER or USER:GROUP, by name or number"
        case .owner: "number of a user or group"
        case .portName: "name of a port"
        case .host: "NAME:ADDRESS"
        }
    }
}
