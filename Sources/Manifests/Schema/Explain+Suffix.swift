/// Paths as people remember them: the end of one, or the words of Compose.
extension Explain {
    /// What was found for a part of a path or for a word of another tool.
    package struct Findings: Sendable, Hashable {
        /// The paths that it may mean, in the order of the reference.
        package var paths: [String] = []
        /// Where the content of a foreign word goes that has no single field.
        package var destination: String?
    }

    /// The fields whose path ends in `text`, such as `update.order` or `ports.published`; where there are none, those
    /// of the Compose words in it: `env_file`, `deploy.update_config.order`.
    package static func places(of text: String) -> Findings {
        let steps = text.split(separator: ".").map { String($0.prefix { $0 != "[" }) }.filter { !$0.isEmpty }
        guard let last = steps.last else { return Findings() }
        let all = paths
        func ending(_ steps: [String]) -> [String] {
            let wanted = steps.map(plain)
            return steps.isEmpty ? [] : all.filter { $0.steps.suffix(wanted.count).elementsEqual(wanted) }.map(\.path)
        }
        let exact = ending(steps)
        if !exact.isEmpty { return Findings(paths: exact) }
        // What Compose has around the fields of a service, and what manifests have.
        let own = steps.filter { !["services", "deploy", "spec", "x-"].contains($0.lowercased()) }
        for count in stride(from: own.count, to: 0, by: -1) {
            let found = meanings(Array(own.suffix(count))).flatMap(ending)
            if !found.isEmpty { return Findings(paths: found) }
        }
        return Findings(destination: ForeignNames.destination(of: last, in: "Service"))
    }

    /// The same steps with each foreign word as what it is called here.
    private static func meanings(_ steps: [String]) -> [[String]] {
        steps.reduce([[]]) { paths, step in
            let words = [step] + ForeignNames.meanings(of: step)
            return paths.flatMap { path in words.map { path + [$0] } }
        }
    }

    private static let paths: [(path: String, steps: [String])] = {
        var paths: [(path: String, steps: [String])] = []
        func collect(_ record: RecordInfo, at path: String, _ steps: [String]) {
            for field in record.fields {
                let place = "\(path).\(field.name.text)"
                let below = steps + [plain(field.name.text)]
                paths.append((place, below))
                if let inner = field.type.record { collect(inner, at: place + field.type.steps, below) }
            }
        }
        for root in roots where root.name != "manifest" { collect(root.record, at: root.name, [root.name]) }
        return paths
    }()

    /// A step without what spellings differ in: `read_only`, `read-only` and `readOnly`.
    private static func plain(_ step: String) -> String {
        step.lowercased().filter { $0 != "_" && $0 != "-" }
    }
}
