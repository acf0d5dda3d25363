import ResourceModel
import StateStores

/// The recorded resources, one a line.
package struct StateListView: Sendable {
    package var state: RecordedState

    package init(_ state: RecordedState) {
        self.state = state
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        guard !state.resources.isEmpty else { return ["Nothing is recorded for project \(state.project)."] }
        var table = Table([
            Table.Column("RESOURCE", minimum: 32, cutsMiddle: true), Table.Column("REVISION", right: true, priority: 3),
            Table.Column("OBJECT", priority: 2, minimum: 12, cutsMiddle: true),
            Table.Column("FINGERPRINT", priority: 1), Table.Column("", priority: 4),
        ])
        for resource in state.resources {
            var remarks: [String] = resource.protect ? ["protected"] : []
            if !resource.retiredObjects.isEmpty {
                remarks.append(Words.count(resource.retiredObjects.count, "old object"))
            }
            table.add([
                StyledText("\(resource.address)"), StyledText("\(resource.revision)"), StyledText(resource.objectName),
                StyledText(resource.fingerprint.short, .dim), StyledText(remarks.joined(separator: ", "), .yellow),
            ])
        }
        return table.lines(format)
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }
}
