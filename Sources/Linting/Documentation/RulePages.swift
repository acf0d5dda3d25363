import SourceDiagnostics

/// The pages about all rules, in Markdown, for `docs/rules/`.
package enum RulePages {
    /// The text of each page, by the name of its file.
    package static func all() -> [(name: String, text: String)] {
        [("README.md", index())] + LintGroup.allCases.map { ("\($0.rawValue).md", page($0)) }
    }

    private static func index() -> String {
        var text = introduction
        for group in LintGroup.allCases {
            text += "\n## \(group.title)\n\n| Code | Rule | By default | Finds |\n| --- | --- | --- | --- |\n"
            for rule in group.rules {
                text += "| \(rule.code.id) | [\(rule.code.slug)](\(group.rawValue).md#\(anchor(rule))) |"
                text += " \(rule.severity?.rawValue ?? "off") | \(rule.code.summary) |\n"
            }
        }
        text += "\n## Comments and baselines\n\n| Code | Name | Says | What to do |\n| --- | --- | --- | --- |\n"
        for code in DiagnosticCode.suppressionCodes {
            text += "| \(code.id) | \(code.slug) | \(code.summary) | \(code.remedy) |\n"
        }
        return text
    }

    private static func page(_ group: LintGroup) -> String {
        "# \(group.title)\n\n\(group.summary) All rules: [README.md](README.md).\n"
            + group.rules.map { "\n" + section($0) }.joined()
    }

    private static func section(_ rule: LintRule) -> String {
        var text = "## \(rule.code.id) \(rule.code.slug)\n\n\(rule.code.summary)\n\n"
        text += "By default: \(rule.severity.map { "**\($0.rawValue)**" } ?? "**off**").\n\n"
        text += "**Why.** \(rule.why)\n\n**What to do.** \(rule.code.remedy)\n\n"
        if !rule.options.isEmpty {
            text += "| Option | By default | |\n| --- | --- | --- |\n"
            text += rule.options.map { "| `\($0.name)` | `\($0.standard.text)` | \($0.summary) |\n" }.joined() + "\n"
        }
        text += "Found in:\n\n```yaml\n\(trimmed(rule.example.failing))\n```\n\n"
        text += "Not in:\n\n```yaml\n\(trimmed(rule.example.passing))\n```\n\n"
        return text + "To silence it here: `\(rule.silencer)`\n"
    }

    private static func trimmed(_ text: String) -> String {
        text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private static func anchor(_ rule: LintRule) -> String { "\(rule.code.id.lowercased())-\(rule.code.slug)" }

    private static let introduction = """
        # Lint rules

        `orchplan lint` runs these over what the manifests mean, after everything that is simply wrong was reported. The same
        texts in the terminal: `orchplan explain RULE`, by name or code; `orchplan explain rules` lists them with the severities
        of the project.

        ## Severity and options

        A finding is an `error`, a `warning` or a `note`; a rule that is `off` does not run. The project file sets another
        severity by the rule's name or code, and the options of a rule that has some:

        ```yaml
        # orchplan.yaml
        lint:
          rules:
            image-digest: warning
            single-replica-stop-first: off
            slow-detection: {severity: warning, after: 10m}
        ```

        `lint` ends with status 1 for errors, with `--strict` for warnings too.

        ## Silencing one place

        ```yaml
        # orchplan: ignore=no-healthcheck,image-tag the vendor's image has neither
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
          image: vendor/web
          ports:
            - "8080:80"
          privileged: true # orchplan: ignore=privileged it sets the clock
        ```

        - Behind something on its line: for that line.
        - On a line of its own: for the entry below, with all that is nested in it; above the first entry of a document, for
          the document.
        - `# orchplan: ignore-file=RULE reason`: for the file, wherever it stands.

        Names or codes, separated by commas, then the reason. A comment that silences nothing, gives no reason or names no rule
        is a finding itself. What the compiler warns of can be silenced likewise, what it calls an error cannot.

        """
}

extension LintRule {
    /// The comment that silences it.
    package var silencer: String { "# orchplan: ignore=\(code.slug) REASON" }
}

extension LintGroup {
    /// In the order of their codes.
    package var rules: [LintRule] { LintRule.all.filter { $0.group == self }.sorted { $0.code < $1.code } }

    package var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// What its rules have in common, in one sentence.
    package var summary: String {
        switch self {
        case .correctness: "Settings that do not do what they seem to."
        case .references: "Resources that use each other, do not, or get in each other's way."
        case .scheduling: "Where instances may run, and what they find there."
        case .rollout: "What happens to a service while it is updated."
        case .health: "How a service's state is told."
        case .resources: "What a service may take of its node."
        case .security: "What an intruder would gain."
        case .secrets: "Bytes that nobody else is to see."
        case .images: "Which program is run."
        case .naming: "Names that others stumble over."
        case .style: "What could be said more simply."
        }
    }
}
