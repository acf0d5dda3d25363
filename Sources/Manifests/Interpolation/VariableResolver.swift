/// The variables that manifests may name, in order of precedence.
package struct VariableResolver: Sendable, Hashable {
    /// One source of variables.
    package struct Layer: Sendable, Hashable {
        /// Where they come from, for messages: `--var`, `the environment`, `orchplan.yaml`.
        package var origin: String
        package var values: [String: String]

        package init(_ origin: String, _ values: [String: String]) {
            self.origin = origin
            self.values = values
        }
    }

    /// The sources; the first that has a variable wins.
    package var layers: [Layer]

    package init(_ layers: [Layer] = []) {
        self.layers = layers
    }

    package subscript(name: String) -> String? {
        for layer in layers {
            if let value = layer.values[name] { return value }
        }
        return nil
    }

    /// All names, for suggestions.
    var names: Set<String> { layers.reduce(into: []) { $0.formUnion($1.values.keys) } }

    /// The value in the environment of whoever compiles, for what is passed through.
    package var environment: [String: String] = [:]
}
