import ResourceModel
import SourceDiagnostics
import YAMLDocuments

extension DriverSetting {
    /// Takes another host, with what only the one before needed left out; what is wrong with that.
    mutating func goTo(_ host: String) -> [Diagnostic] {
        guard name == "swarm" else {
            return [
                Diagnostic(
                    .badProject,
                    "--host says where a swarm is, and the driver is \(name)",
                    at: nil as Label?,
                    help: [Help("add --driver swarm, or remove --host")]
                )
            ]
        }
        self.host = host
        options["context"] = nil
        return []
    }

    /// Makes the paths among the settings absolute, as seen from the project's directory.
    mutating func anchor(at root: String) {
        guard name == "swarm", let directory = options["certificates"] else { return }
        options["certificates"] = PathRules.joined(root, directory)
    }
}

extension ManifestDecoder {
    /// Whether the settings are ones that the driver has; what is not is told where it is written.
    mutating func suits(_ setting: DriverSetting, _ node: YAMLNode) -> Bool {
        let areOptionsKnown = optionsAreKnown(setting, node)
        let areNodesFine = nodesAreFine(setting, node)
        return areOptionsKnown && areNodesFine
    }

    private mutating func nodesAreFine(_ setting: DriverSetting, _ node: YAMLNode) -> Bool {
        guard let list = node["nodes"] else { return true }
        if setting.name == "local", setting.nodes.count > 1 {
            report(
                .badProject,
                "the local driver has one node, this machine, and `nodes` names \(setting.nodes.count)",
                at: list.smallRange,
                help: ["keep one of them, or use the simulated driver"]
            )
            return false
        }
        guard setting.name == "swarm" else { return true }
        report(
            .badProject,
            "the swarm driver reads its nodes from the cluster, and `nodes` names some",
            at: list.smallRange,
            help: ["remove it; labels are given with `docker node update --label-add KEY=VALUE NODE`"]
        )
        return false
    }

    private mutating func optionsAreKnown(_ setting: DriverSetting, _ node: YAMLNode) -> Bool {
        guard setting.name == "swarm", let options = node["options"], options.isMapping else { return true }
        var areKnown = true
        for pair in options.pairs where !DriverSetting.swarmOptions.contains(pair.key.text) {
            let near = Suggestion.nearest(pair.key.text, in: DriverSetting.swarmOptions)
            diagnostics.append(
                Diagnostic(
                    .badProject,
                    "the swarm driver has no option `\(Self.shortened(pair.key.text))`",
                    at: pair.key.smallRange,
                    notes: ["known: " + DriverSetting.swarmOptions.joined(separator: ", ")],
                    help: near.map { [Help("did you mean `\($0)`?", edits: [TextEdit(pair.key.range, $0)])] } ?? []
                )
            )
            areKnown = false
        }
        if let insecure = options["insecure"], let text = setting.options["insecure"],
            !["true", "false"].contains(text)
        {
            report(
                .badProject,
                "the option `insecure` is `true` or `false`, and not `\(Self.shortened(text))`",
                at: insecure.smallRange
            )
            areKnown = false
        }
        if let resolution = options["resolveImages"], let text = setting.options["resolveImages"],
            ImageResolution(rawValue: text) == nil
        {
            report(
                .badProject,
                "the option `resolveImages` is `always`, `changed` or `never`, and not `\(Self.shortened(text))`",
                at: resolution.smallRange
            )
            areKnown = false
        }
        if setting.host != nil, setting.options["context"] != nil, let context = options["context"] {
            report(
                .badProject,
                "the driver has both a `host` and a `context`",
                at: context.smallRange,
                help: ["name one of them: a context has a host of its own"]
            )
            areKnown = false
        }
        return areKnown
    }
}
