import ResourceModel
import SourceDiagnostics

/// The values that variables have which secrets are made of, so that nothing that is said repeats them.
///
/// A variable is a secret's where any Secret takes its bytes from it, also one that is wrong itself: so what Secrets say is
/// looked for in the text. Using one elsewhere is an error, but what else is wrong there may be told before that is known.
package struct SecretValues: Sendable {
    /// As they are, as messages escape them, and how long ones begin, which messages shorten.
    private let traces: [String]

    static let none = SecretValues(traces: [])

    private init(traces: [String]) {
        self.traces = traces
    }

    init(_ graph: ResourceGraph, _ sources: SourceMap, _ variables: VariableResolver) {
        // Most systems have no variables at all, and then no text needs to be looked at.
        guard variables.layers.contains(where: { !$0.values.isEmpty }) else {
            traces = []
            return
        }
        var names: Set<String> = []
        for index in graph.resources.indices where graph.resources[index].address.kind == .secret {
            if case .environment(let name)? = graph.resources[index].spec.secret?.source { names.insert(name) }
        }
        for file in sources.files { Self.addNames(file, &names) }
        var traces: Set<String> = []
        for name in names {
            for layer in variables.layers {
                guard let value = layer.values[name], value.utf8.count > 2 else { continue }
                traces.formUnion([value, Escaping.visible(value)])
                if value.count > 16 {
                    traces.formUnion([String(value.prefix(16)), Escaping.visible(value.prefix(16))])
                }
            }
        }
        self.traces = traces.sorted()
    }

    private static let kind = Array("Secret".utf8)
    private static let key = Array("environment".utf8)

    /// Every word behind `environment:` in a file that has a Secret.
    private static func addNames(_ file: SourceFile, _ names: inout Set<String>) {
        guard file.firstOffset(of: kind) != nil else { return }
        var next = 0
        while let found = file.firstOffset(of: key, from: next) {
            next = found + key.count
            let rest = file.bytes[next...].drop { $0 == 0x22 || $0 == 0x27 || $0 == 0x20 }
            guard rest.first == UInt8(ascii: ":") else { continue }
            let word = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x22 || $0 == 0x27 }
                .prefix { $0 == 0x5F || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 }
            if !word.isEmpty { names.insert(String(decoding: word, as: UTF8.self)) }
        }
    }

    /// The diagnostics without what they repeat of a secret.
    package func hidden(in diagnostics: [Diagnostic]) -> [Diagnostic] {
        guard !traces.isEmpty else { return diagnostics }
        return diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            if repeats(diagnostic.message) {
                diagnostic.message =
                    Self.lowercased(diagnostic.code.summary) + " (the value is a secret's, and not shown)"
            }
            diagnostic.notes.removeAll(where: repeats)
            diagnostic.help.removeAll { help in
                repeats(help.text) || help.edits.contains { repeats($0.replacement) }
                    || help.refusal.map(repeats) == true
            }
            diagnostic.primary = diagnostic.primary.map(plain)
            diagnostic.secondary = diagnostic.secondary.map(plain)
            return diagnostic
        }
    }

    /// A sentence as messages begin and end.
    private static func lowercased(_ sentence: String) -> String {
        sentence.prefix(1).lowercased() + sentence.dropFirst().dropLast()
    }

    private func plain(_ label: Label) -> Label {
        label.text.map(repeats) == true ? Label(label.range, isSensitive: label.isSensitive) : label
    }

    private func repeats(_ text: String) -> Bool { traces.contains { text.contains($0) } }
}
