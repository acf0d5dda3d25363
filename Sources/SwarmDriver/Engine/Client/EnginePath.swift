/// The path of a call below the version: `/services/\(id)/update`.
///
/// Interpolated text is escaped, so that no name of an object can reach another call.
package struct EnginePath: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The path as it is sent.
    package let text: String

    package init(stringLiteral value: String) {
        text = value
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// One segment: slashes in it are escaped too.
        package mutating func appendInterpolation(_ segment: String) {
            // An escaped dot is a dot again before servers resolve `..`.
            text += segment == "." || segment == ".." ? "-" + segment : EnginePath.escaped(segment)
        }

        /// Several segments, such as the repository of an image: slashes stay.
        package mutating func appendInterpolation(segments: String) {
            text += segments.split(separator: "/").filter { $0 != "." && $0 != ".." }
                .map { EnginePath.escaped(String($0)) }.joined(separator: "/")
        }
    }

    /// A query such as `?filters=%7B%7D`; empty without entries.
    static func query(_ entries: [EngineQueryItem]) -> String {
        guard !entries.isEmpty else { return "" }
        return "?" + entries.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    }

    /// Percent-encoded but for RFC 3986's unreserved characters.
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One entry of a call's query.
package struct EngineQueryItem: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
