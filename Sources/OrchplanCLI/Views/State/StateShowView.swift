import ResourceModel
import StateStores

/// One recorded resource with all that is known of it.
package struct StateShowView: Sendable {
    package var resource: RecordedResource

    package init(_ resource: RecordedResource) {
        self.resource = resource
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = [StyledText("\(resource.address)", .bold)]
        var facts: [(String, StyledText)] = [
            ("object", StyledText(resource.objectName)), ("revision", StyledText("\(resource.revision)")),
            ("fingerprint", StyledText(resource.fingerprint.short)),
        ]
        if resource.protect { facts.append(("protected", StyledText("never destroyed or replaced", .yellow))) }
        if !resource.retiredObjects.isEmpty {
            facts.append(("old objects", StyledText(resource.retiredObjects.joined(separator: ", "))))
        }
        if !resource.needs.isEmpty {
            facts.append(("needs", StyledText(resource.needs.map(\.description).joined(separator: ", "))))
        }
        facts += resource.bindings.map { ($0.key, StyledText($0.value)) }
        let width = facts.map { StyledText($0.0).width }.max() ?? 0
        for (name, value) in facts { lines.append("  " + StyledText(name, .dim).padded(to: width) + "  " + value) }
        guard let spec = PlanSpec.shown(resource.resource, kind: resource.address.kind) else {
            return lines + ["", StyledText("  its spec cannot be read by this version", .red)]
        }
        let layout = FieldLayout(format: format)
        let fields = layout.lines(spec, indent: 0)
        return fields.isEmpty ? lines : lines + [""] + fields.map(\.styled)
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }
}
