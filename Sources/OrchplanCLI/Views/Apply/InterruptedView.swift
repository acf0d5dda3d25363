import ResourceModel
import StateStores

/// What became of the operations that an earlier apply had begun when it was interrupted.
package struct InterruptedView: Sendable {
    /// Each with an outcome that is known by now.
    package var operations: [OperationRecord]

    package init(_ operations: [OperationRecord]) {
        self.operations = operations
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        guard !operations.isEmpty else { return [] }
        let count = Words.count(operations.count, "operation")
        let head: StyledText =
            "\("note:", .cyan) an earlier apply was interrupted during \(count); this is what became of "
            + "\(operations.count == 1 ? "it" : "them"):"
        var table = Table(
            [Table.Column("", minimum: 12, cutsMiddle: true), Table.Column(""), Table.Column("")],
            indent: 2
        )
        for operation in operations {
            table.add([
                StyledText("\(operation.address)", .bold), StyledText(operation.action),
                operation.outcome == .done ? StyledText("was done", .green) : StyledText("was not done", .yellow),
            ])
        }
        return head.wrapped(to: format.proseWidth, indent: 4) + table.lines(format)
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }
}
