import ResourceModel
import SourceDiagnostics

/// Names that a manifest gives to what lives outside of it: objects of the cluster, hosts.
enum GivenNames {
    /// Judges the `name` of a spec, which becomes a part of paths on nodes and in requests.
    ///
    /// What is made here has a name that every driver can make an object of. What somebody else made has the name that
    /// it has, as long as that is one name.
    static func check(
        _ name: String?,
        isExternal: Bool,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        _ title: String
    ) {
        guard let name, !isName(name, isExternal: isExternal) else { return }
        let shown = "`\(Escaping.visible(ManifestDecoder.shortened(name)))`"
        decoder.report(
            .invalidName,
            isExternal
                ? "\(shown) cannot be what an external \(title) is called"
                : "\(shown) cannot be the name of a \(title) outside the project",
            at: site.range("name"),
            help: [
                isExternal
                    ? "write the name by which the cluster knows it, without `/` and control characters"
                    : "start with a letter or digit; letters, digits, `_`, `.` and `-` may follow, up to 200 bytes"
            ]
        )
    }

    private static func isName(_ name: String, isExternal: Bool) -> Bool {
        let bytes = name.utf8
        if isExternal {
            return !bytes.isEmpty && name != "." && name != ".." && bytes.count <= 255
                && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
        }
        guard let first = bytes.first, isLetterOrDigit(first), bytes.count <= 200 else { return false }
        return bytes.allSatisfy { isLetterOrDigit($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D }
    }

    /// Judges the name of a host: parts between dots, of letters, digits, `-` and `_`, none longer than 63 bytes.
    ///
    /// RFC 1123 and the underscore, which resolvers and container engines take. A `{{…}}` stands for what the cluster
    /// puts there.
    static func isHostName(_ name: String, allowsTemplates: Bool) -> Bool {
        let text = allowsTemplates ? withoutTemplates(name) : name
        guard !text.isEmpty, text.utf8.count <= 253 else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { part in
                guard let first = part.first, let last = part.last, part.count <= 63 else { return false }
                let dash = UInt8(ascii: "-")
                return first != dash && last != dash
                    && part.allSatisfy { isLetterOrDigit($0) || $0 == dash || $0 == UInt8(ascii: "_") }
            }
    }

    private static func withoutTemplates(_ name: String) -> String {
        let parts = name.split(separator: "{{", omittingEmptySubsequences: false)
        return parts.dropFirst()
            .reduce(into: String(parts[0])) { text, part in
                let pieces = part.split(separator: "}}", omittingEmptySubsequences: false)
                text += pieces.count > 1 ? "x" + pieces.dropFirst().joined(separator: "}}") : "{{" + part
            }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        Digits.isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
    }
}

extension ServiceDraft {
    /// Judges the names by which others reach the service's instances.
    func checkNames(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        GivenNames.check(spec.name, isExternal: false, &decoder, site, "Service")
        if let hostname = spec.hostname, !GivenNames.isHostName(hostname, allowsTemplates: true) {
            complain(hostname, &decoder, site.range("hostname"))
        }
        for (field, lines) in [
            ("extraHosts", spec.extraHosts), ("dnsSearch", spec.dnsSearch), ("dnsOptions", spec.dnsOptions),
        ] {
            for (index, line) in lines.enumerated() where line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                decoder.report(
                    .invalidName,
                    "`\(Escaping.visible(ManifestDecoder.shortened(line)))` holds a control character",
                    at: site.range("\(field)[\(index)]"),
                    help: [
                        "it becomes a part of one line of a file of the instances: write one entry, without a line's end"
                    ]
                )
            }
        }
        for (index, attachment) in spec.networks.enumerated() where !attachment.aliases.isEmpty {
            for (position, alias) in attachment.aliases.enumerated()
            where !GivenNames.isHostName(alias, allowsTemplates: false) {
                complain(alias, &decoder, site.range("networks[\(index)].aliases[\(position)]"))
            }
        }
    }

    private func complain(_ name: String, _ decoder: inout ManifestDecoder, _ range: SourceRange) {
        decoder.report(
            .invalidName,
            "`\(Escaping.visible(ManifestDecoder.shortened(name)))` cannot be the name of a host",
            at: range,
            help: ["write letters, digits and `-`, in parts of at most 63 between dots, such as `web-1.example.com`"]
        )
    }
}
