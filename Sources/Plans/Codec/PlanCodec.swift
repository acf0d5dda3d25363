import ResourceModel

/// Reads and writes saved plans.
///
/// One line of JSON: `{"orchplanPlan":"1.0","lineage":…,"length":…,"digest":…,"plan":{…}}`. The digest is keyed with the
/// project's key and covers the version and the bytes of `plan`, of which there are `length`. A reader of the same major
/// version ignores members that it does not know; it refuses another major version.
package enum PlanCodec {
    private static let opening = Array(#"{"orchplanPlan":""#.utf8)
    private static let body = Array(#","plan":"#.utf8)
    private static let ending = Array("}\n".utf8)
    /// More than any header takes.
    private static let longestHeader = 4096

    package static func encode(_ plan: Plan, fingerprinter: Fingerprinter) -> [UInt8] {
        let text = plan.canonicalBytes
        var writer = CanonicalWriter(reservingCapacity: 512)
        writer.beginObject()
        writer.member("orchplanPlan", Plan.formatVersion)
        writer.member("lineage", plan.lineage)
        writer.member("length", text.count)
        writer.member("digest", sealed(text, version: Plan.formatVersion, fingerprinter))
        var bytes = writer.bytes
        bytes.reserveCapacity(bytes.count + text.count + 16)
        bytes += body
        bytes += text
        bytes += ending
        return bytes
    }

    /// Reads a plan back, exactly as it was written.
    ///
    /// - Parameters:
    ///   - lineage: The lineage of the state that the plan is to be applied to.
    ///   - fingerprinter: Under that state's key.
    package static func decode(
        _ bytes: [UInt8],
        lineage: String,
        fingerprinter: Fingerprinter
    ) throws(PlanFileError) -> Plan {
        let (header, start) = try header(bytes)
        guard let version = header["orchplanPlan"]?.string, let major = Int(version.prefix { $0 != "." }) else {
            throw .notAPlan
        }
        guard major == 1 else { throw major > 1 ? .newerVersion(found: version) : .notAPlan }
        guard let found = header["lineage"]?.string, let digest = header["digest"]?.string,
            let length = header["length"]?.integer.flatMap({ Int(exactly: $0) }), length >= 0
        else { throw .edited }
        guard found == lineage else { throw .wrongLineage(found: found) }
        let rest = bytes[start...]
        guard rest.count >= length else { throw .truncated }
        let text = Array(rest.prefix(length))
        guard sealed(text, version: version, fingerprinter).text == digest else { throw .edited }
        // The last line break may get lost on the way.
        let end = rest.dropFirst(length)
        guard !end.isEmpty else { throw .truncated }
        guard end.elementsEqual(ending) || end.elementsEqual(ending.dropLast()) else { throw .edited }
        do throws(CanonicalError) {
            let plan = try Plan(canonical: try CanonicalReader.parse(text))
            guard plan.lineage == lineage else { throw CanonicalError("its lineage differs from its header's") }
            return plan
        } catch {
            throw .unreadable(error.description)
        }
    }

    private static func sealed(_ text: [UInt8], version: String, _ fingerprinter: Fingerprinter) -> Fingerprint {
        fingerprinter.digest(Array(version.utf8) + [UInt8(ascii: "\n")] + text)
    }

    /// The members before `plan`, and where the plan's bytes start.
    private static func header(_ bytes: [UInt8]) throws(PlanFileError) -> (CanonicalValue, Int) {
        guard bytes.starts(with: opening) else {
            if bytes.isEmpty || !opening.starts(with: bytes.prefix(opening.count)) {
                // An editor may have laid it out anew.
                let start = String(decoding: bytes.prefix(256), as: UTF8.self)
                throw start.contains(#""orchplanPlan""#) ? .edited : .notAPlan
            }
            throw .truncated
        }
        // A quote inside a string is escaped, so that the first match is the member.
        let limit = min(bytes.count, longestHeader)
        var index = opening.count
        while index + body.count <= limit, !bytes[index..<(index + body.count)].elementsEqual(body) { index += 1 }
        guard index + body.count <= limit else { throw bytes.count < longestHeader ? .truncated : .edited }
        guard let header = try? CanonicalReader.parse(bytes[..<index] + [UInt8(ascii: "}")]) else { throw .edited }
        return (header, index + body.count)
    }
}

extension Plan {
    /// The keyed digest that identifies this plan: in its file, and in the record of what was applied.
    package func digest(_ fingerprinter: Fingerprinter) -> Fingerprint {
        fingerprinter.digest(canonicalBytes)
    }

    fileprivate var canonicalBytes: [UInt8] {
        var writer = CanonicalWriter(reservingCapacity: 4096 + steps.count * 1024)
        encode(to: &writer)
        return writer.bytes
    }
}
