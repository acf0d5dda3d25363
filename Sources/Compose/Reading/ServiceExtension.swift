import SourceDiagnostics

/// Puts services together from what they extend; each is put together once, however many extend it.
struct ServiceExtension {
    private let services: [String: ComposeNode]
    /// Services with everything that they extend; nil: what is wrong was told.
    private var whole: [String: ComposeNode?] = [:]
    private(set) var faults: [Diagnostic] = []
    /// A chain of more services than this is a mistake, or an attack.
    static let longestChain = 100

    init(_ entries: [ComposeEntry]) {
        services = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The service with what it extends; nil when that cannot be had.
    mutating func resolved(_ name: String) -> ComposeNode? {
        if let known = whole[name] { return known }
        var chain: [String] = []
        var next: String? = name
        var base: ComposeNode?
        while let current = next, let node = services[current] {
            if let known = whole[current] {
                guard let known else { return give(up: chain) }
                base = known
                break
            }
            chain.append(current)
            guard let extended = node["extends"], !extended.isNull else { break }
            guard let target = target(of: extended, chain) else { return give(up: chain) }
            next = target
        }
        for current in chain.reversed() {
            guard let node = services[current] else { continue }
            let own = ComposeNode(.map((node.entries ?? []).filter { $0.key != "extends" }), node.range, use: node.use)
            let merged = base.map { ComposeMerge.service($0, own) } ?? own
            whole[current] = merged
            base = merged
        }
        return base
    }

    private mutating func give(up chain: [String]) -> ComposeNode? {
        for name in chain { whole[name] = .some(nil) }
        return nil
    }

    /// The service that is extended at the end of a chain; nil, and a fault, where none can be.
    private mutating func target(of extended: ComposeNode, _ chain: [String]) -> String? {
        let name = extended.text ?? extended["service"]?.text ?? ""
        let shown = ComposeNode.shortened(name)
        if extended["file"] != nil {
            fault(
                .unconvertible,
                "`extends` of another file is not followed",
                extended,
                help: "let `docker compose config` write one file, and convert that"
            )
        } else if services[name] == nil {
            let near = Suggestion.nearest(name, in: services.keys.sorted())
            fault(
                .undeclared,
                "`extends` names `\(shown)`, which is no service of the file",
                extended,
                help: near.map { "did you mean `\($0)`?" }
                    ?? "name the other files of the stack, too: `orchplan convert A.yaml B.yaml`"
            )
        } else if let start = chain.firstIndex(of: name) {
            let circle = chain[start...] + [name]
            let words = circle.count > 9 ? circle.prefix(4) + ["…"] + circle.suffix(4) : circle
            fault(
                .unconvertible,
                "`extends` goes in a circle: " + words.map { ComposeNode.shortened($0) }.joined(separator: " -> "),
                extended,
                help: "remove `extends` from one of them"
            )
        } else if chain.count >= Self.longestChain {
            fault(
                .unconvertible,
                "`extends` goes through more than \(Self.longestChain) services, from "
                    + "`\(ComposeNode.shortened(chain[0]))` on",
                extended,
                help: "let the service extend the last one of them that it needs"
            )
        } else {
            return name
        }
        return nil
    }

    private mutating func fault(_ code: DiagnosticCode, _ message: String, _ node: ComposeNode, help: String) {
        faults.append(Diagnostic(code, message, at: node.range, help: [Help(help)]))
    }
}
