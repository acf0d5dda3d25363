import ResourceModel
import SourceDiagnostics

extension NetworkDraft: KindDraft {
    static var kind: ResourceKind { .network }

    mutating func lowered(_ decoder: inout ManifestDecoder, _ site: borrowing Site) -> ResourceSpec {
        GivenNames.check(spec.name, isExternal: spec.external, &decoder, site, "Network")
        if spec.external {
            ExternalRules.check(Self.table, &decoder, site, allowed: ["name", "external", "labels", "protect"])
        }
        var known: [Subnet] = []
        for (index, subnet) in (spec.ipam?.subnets ?? []).enumerated() {
            let path = "ipam.subnets[\(index)]"
            guard let range = Subnet(subnet.subnet) else {
                invalid(subnet.subnet, &decoder, site, "\(path).subnet")
                continue
            }
            if range.masked != range {
                decoder.report(
                    .invalidAddress,
                    "`\(ManifestDecoder.shortened(subnet.subnet))` has bits set behind its prefix",
                    at: site.range("\(path).subnet")
                )
            }
            if let gateway = subnet.gateway.flatMap({ IPAddress($0) }), !range.contains(gateway) {
                decoder.report(
                    .conflict,
                    "the gateway is outside the subnet",
                    at: site.range("\(path).gateway"),
                    secondary: [Label(site.range("\(path).subnet"), "the subnet is given here")]
                )
            }
            if let part = subnet.range {
                if let inner = Subnet(part) {
                    if !range.contains(inner.address) || inner.prefix < range.prefix {
                        decoder.report(
                            .conflict,
                            "the range is not inside the subnet",
                            at: site.range("\(path).range"),
                            secondary: [Label(site.range("\(path).subnet"), "the subnet is given here")]
                        )
                    }
                } else {
                    invalid(part, &decoder, site, "\(path).range")
                }
            }
            if let other = known.firstIndex(where: { $0.overlaps(range) }) {
                decoder.report(
                    .subnetOverlap,
                    "two subnets of the network overlap",
                    at: site.range("\(path).subnet"),
                    secondary: [Label(site.range("ipam.subnets[\(other)].subnet"), "the other one is here")]
                )
            }
            known.append(range)
        }
        return .network(spec)
    }

    private func invalid(_ text: String, _ decoder: inout ManifestDecoder, _ site: borrowing Site, _ path: String) {
        decoder.report(
            .invalidAddress,
            "`\(ManifestDecoder.shortened(text))` is no address range",
            at: site.range(path),
            help: ["write an address and a prefix, such as `10.0.9.0/24`"]
        )
    }
}

extension VolumeDraft: KindDraft {
    static var kind: ResourceKind { .volume }

    mutating func lowered(_ decoder: inout ManifestDecoder, _ site: borrowing Site) -> ResourceSpec {
        GivenNames.check(spec.name, isExternal: spec.external, &decoder, site, "Volume")
        if spec.external {
            ExternalRules.check(Self.table, &decoder, site, allowed: ["name", "external", "labels", "protect"])
        }
        checkFolders(&decoder, site)
        return .volume(spec)
    }

    /// The folders of the node that the volume is, or is laid over.
    private func checkFolders(_ decoder: inout ManifestDecoder, _ site: borrowing Site) {
        let layers = (spec.driverOptions["o"] ?? "").split(separator: ",")
            .flatMap { option -> [Substring] in
                let parts = option.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, ["lowerdir", "upperdir", "workdir"].contains(parts[0]) else { return [] }
                return parts[1].split(separator: ":")
            }
        let named = [("device", spec.driverOptions["device"] ?? "")] + layers.map { ("o", String($0)) }
        for (option, path) in named where path.hasPrefix("/") {
            let range = site.range("driverOptions.\(option)")
            _ = decoder.givesOwn(PathRules.normalised(path), shownAs: path, at: range, "folder")
        }
    }
}

/// What somebody else owns is only looked up: nothing that would make it may be said.
enum ExternalRules {
    static func check<Root>(
        _ table: FieldTable<Root>,
        _ decoder: inout ManifestDecoder,
        _ site: borrowing Site,
        allowed: [String]
    ) {
        for (index, row) in table.rows.enumerated() where site.seen >> UInt64(index) & 1 == 1 {
            let name = row.info.name.text
            guard !allowed.contains(name) else { continue }
            decoder.report(
                .conflict,
                "`\(name)` says nothing about an external \(table.info.title)",
                at: site.range(name),
                secondary: [Label(site.range("external"), "somebody else owns it")],
                help: ["remove it; an external \(table.info.title) is only looked up"]
            )
        }
    }
}
