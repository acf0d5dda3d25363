/// What changed in one file, in the unified format that `patch` and `git apply` read.
package struct UnifiedDiff: Sendable {
    private let path: String
    private let before: SourceFile
    private let after: SourceFile
    /// Unchanged lines around each change.
    private static let context = 3

    /// The difference of two texts of the file shown as `path`.
    package init(path: String, before: [UInt8], after: [UInt8]) {
        self.path = path
        self.before = SourceFile(path: path, bytes: before)
        self.after = SourceFile(path: path, bytes: after)
    }

    /// The text, empty when nothing changed.
    ///
    /// Values of a Secret, and what looks like one elsewhere, are hidden as in every excerpt; a diff that shows such a
    /// line cannot be applied.
    package func render(_ style: Style = .plain) -> String {
        let old = Self.lines(before)
        let new = Self.lines(after)
        // Equal lines have equal numbers, which are compared much faster than the lines.
        var numbers: [[UInt8]: Int] = [:]
        func number(_ line: [UInt8]) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        let operations = Self.operations(
            old.map { number(Array(before.bytes[$0])) },
            new.map { number(Array(after.bytes[$0])) }
        )
        guard operations.contains(where: { $0.sign != " " }) else { return "" }
        let name = Escaping.visible(path)
        var text = style.paint("--- \(name)", .strong) + "\n" + style.paint("+++ \(name)", .strong) + "\n"
        let secrets = (old: SecretDocuments(before), new: SecretDocuments(after))
        var index = 0
        var at = (old: 0, new: 0)
        while let first = operations[index...].firstIndex(where: { $0.sign != " " }) {
            let start = max(index, first - Self.context)
            var end = first
            var quiet = 0
            while end < operations.count, quiet <= 2 * Self.context {
                quiet = operations[end].sign == " " ? quiet + 1 : 0
                end += 1
            }
            end -= max(0, quiet - Self.context)
            for operation in operations[index..<start] { Self.pass(operation, &at) }
            let shown = operations[start..<end]
                .map { operation in
                    let isOld = operation.sign == "-"
                    return isOld
                        ? line(before, old[operation.old], secrets.old) : line(after, new[operation.new], secrets.new)
                }
            text += hunk(operations[start..<end], at, shown, style)
            for operation in operations[start..<end] { Self.pass(operation, &at) }
            index = end
        }
        return text
    }

    private typealias Operation = (sign: Character, old: Int, new: Int)

    /// Counts the lines of both texts that an operation is about.
    private static func pass(_ operation: Operation, _ at: inout (old: Int, new: Int)) {
        if operation.sign != "+" { at.old += 1 }
        if operation.sign != "-" { at.new += 1 }
    }

    private func hunk(
        _ part: ArraySlice<Operation>,
        _ earlier: (old: Int, new: Int),
        _ lines: [ShownLine],
        _ style: Style
    ) -> String {
        let oldCount = part.count { $0.sign != "+" }
        let newCount = part.count { $0.sign != "-" }
        let oldStart = earlier.old + (oldCount > 0 ? 1 : 0)
        let newStart = earlier.new + (newCount > 0 ? 1 : 0)
        var text = style.paint("@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@", .gutter) + "\n"
        for (operation, shown) in zip(part, lines) {
            let role: Style.Role? = operation.sign == "+" ? .added : operation.sign == "-" ? .removed : nil
            text += role.map { style.paint("\(operation.sign)\(shown.text)", $0) } ?? " \(shown.text)"
            text += "\n" + (shown.isWhole ? "" : "\\ No newline at end of file\n")
        }
        return text
    }

    /// A line as it is printed, and whether it ends with a break.
    private typealias ShownLine = (text: String, isWhole: Bool)

    /// One line as it is printed: harmless to a terminal, and without a secret.
    private func line(_ file: SourceFile, _ whole: Range<Int>, _ secrets: SecretDocuments) -> ShownLine {
        let hasBreak = !whole.isEmpty && file.bytes[whole.upperBound - 1] == 0x0A
        var end = whole.upperBound - (hasBreak ? 1 : 0)
        // A carriage return belongs to a line of a file that has them; anywhere else it is shown.
        let hasReturn = hasBreak && end > whole.lowerBound && file.bytes[end - 1] == 0x0D
        if hasReturn { end -= 1 }
        var text = ""
        var at = whole.lowerBound
        for part in SecretLine.hidden(file, whole.lowerBound..<end, declaring: secrets) {
            text += Self.visible(file.text(in: at..<part.lowerBound)) + SecretLine.replacement
            at = part.upperBound
        }
        return (text + Self.visible(file.text(in: at..<end)) + (hasReturn ? "\r" : ""), hasBreak)
    }

    private static func visible(_ text: String) -> String {
        text.split(separator: "\t", omittingEmptySubsequences: false).map { Escaping.visible($0) }
            .joined(separator: "\t")
    }

    private static func lines(_ file: SourceFile) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for index in 0..<file.count where file.bytes[index] == 0x0A {
            lines.append(start..<index + 1)
            start = index + 1
        }
        if start < file.count { lines.append(start..<file.count) }
        return lines
    }

    /// Kept, removed and added lines in order, with their numbers from 0.
    private static func operations(_ old: [Int], _ new: [Int]) -> [Operation] {
        var head = 0
        while head < old.count, head < new.count, old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
            tail += 1
        }
        let middle = (old: Array(old[head..<old.count - tail]), new: Array(new[head..<new.count - tail]))
        var removed: Set<Int> = []
        var added: Set<Int> = []
        // The exact difference of very long stretches would take too long to compute.
        if middle.old.count + middle.new.count > 20_000 {
            removed = Set(middle.old.indices)
            added = Set(middle.new.indices)
        } else {
            for change in middle.new.difference(from: middle.old) {
                switch change {
                case .remove(let offset, _, _): removed.insert(offset)
                case .insert(let offset, _, _): added.insert(offset)
                }
            }
        }
        var result: [Operation] = (0..<head).map { (" ", $0, $0) }
        var left = 0
        var right = 0
        while left < middle.old.count || right < middle.new.count {
            if left < middle.old.count, removed.contains(left) {
                result.append(("-", head + left, head + right))
                left += 1
            } else if right < middle.new.count, added.contains(right) {
                result.append(("+", head + left, head + right))
                right += 1
            } else {
                result.append((" ", head + left, head + right))
                left += 1
                right += 1
            }
        }
        return result + (0..<tail).map { (" ", old.count - tail + $0, new.count - tail + $0) }
    }
}
