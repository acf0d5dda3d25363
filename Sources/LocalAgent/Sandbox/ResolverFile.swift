import ResourceModel

/// The resolver's configuration of an instance whose manifest says something about it.
enum ResolverFile {
    static func isNeeded(_ spec: ServiceSpec) -> Bool {
        !spec.dns.isEmpty || !spec.dnsSearch.isEmpty || !spec.dnsOptions.isEmpty
    }

    /// The text: what the manifest says, and the machine's own lines for what it does not.
    ///
    /// A search domain of `.` stands for none, as with container engines.
    static func text(_ spec: ServiceSpec, host: String) -> String {
        let lines = host.split(separator: "\n")
            .filter { line in
                switch line.split(whereSeparator: { $0 == " " || $0 == "\t" }).first {
                case "nameserver": spec.dns.isEmpty
                case "search", "domain": spec.dnsSearch.isEmpty
                case "options": spec.dnsOptions.isEmpty
                default: false
                }
            }
        var own = spec.dns.map { "nameserver \($0)" }
        let domains = spec.dnsSearch.filter { $0 != "." }
        if !domains.isEmpty { own.append("search \(domains.joined(separator: " "))") }
        if !spec.dnsOptions.isEmpty { own.append("options \(spec.dnsOptions.joined(separator: " "))") }
        return (lines.map(String.init) + own).joined(separator: "\n") + "\n"
    }
}
