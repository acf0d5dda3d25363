import Applying
import ResourceModel
import StateStores

/// What became of the operations that an earlier apply had begun when it was interrupted.
package struct InterruptedView: Sendable {
    /// Its operations each have an outcome that is known by now.
    package var interruption: Interruption

    package init(_ interruption: Interruption) {
        self.interruption = interruption
    }

    private var operations: [OperationRecord] { interruption.operations }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        guard !operations.isEmpty else { return closing(format) }
        let count = Words.count(operations.count, "operation")
        let head: StyledText =
            "\("note:", .cyan) an earlier \(interruption.command) was interrupted during \(count); this is what became of "
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
        return head.wrapped(to: format.proseWidth, indent: 4) + table.lines(format) + closing(format)
    }

    /// Which revision is over, though it did not come to its end.
    private func closing(_ format: ViewFormat) -> [StyledText] {
        guard let revision = interruption.closed else { return [] }
        let text: StyledText =
            "\("note:", .cyan) the \(interruption.command) of revision \(revision) did not come to its end; nothing is "
            + "left to do of it"
        return text.wrapped(to: format.proseWidth, indent: 4)
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }
}
