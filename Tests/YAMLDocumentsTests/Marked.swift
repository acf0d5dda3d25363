import SourceDiagnostics
import Testing
import YAMLDocuments

/// YAML text whose expected range stands between `«` and `»`.
struct Marked {
    let file: SourceFile
    let ranges: [Range<Int>]

    init(_ marked: String) {
        var bytes: [UInt8] = []
        var starts: [Int] = []
        var ranges: [Range<Int>] = []
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "«": starts.append(bytes.count)
            case "»": ranges.append((starts.popLast() ?? 0)..<bytes.count)
            default: bytes += Array(String(scalar).utf8)
            }
        }
        file = SourceFile(path: "test.yaml", bytes: bytes)
        self.ranges = ranges
    }
}

let testID = SourceID(0)

func read(_ text: String, limits: ParseLimits = .standard) -> YAMLStream {
    YAMLReader.read(file: SourceFile(path: "test.yaml", text: text), id: testID, limits: limits)
}

func read(bytes: [UInt8]) -> YAMLStream {
    YAMLReader.read(file: SourceFile(path: "test.yaml", bytes: bytes), id: testID)
}

/// Expects exactly one fault: this code, with the marked ranges as primary and secondary ones in order.
@discardableResult
func expectFault(
    _ marked: String,
    _ code: DiagnosticCode,
    _ message: String? = nil,
    limits: ParseLimits = .standard,
    sourceLocation: SourceLocation = #_sourceLocation
) -> Diagnostic? {
    let marked = Marked(marked)
    let found = YAMLReader.read(file: marked.file, id: testID, limits: limits).diagnostics
    #expect(found.map(\.code.id) == [code.id], "\(found.map(\.message))", sourceLocation: sourceLocation)
    guard let first = found.first else { return nil }
    if let message { #expect(first.message == message, sourceLocation: sourceLocation) }
    let labels = [first.primary].compactMap { $0 } + first.secondary
    if !marked.ranges.isEmpty {
        let ranges = labels.map { Int($0.range.start)..<Int($0.range.end) }
        #expect(
            ranges.sorted { $0.lowerBound < $1.lowerBound } == marked.ranges.sorted { $0.lowerBound < $1.lowerBound },
            sourceLocation: sourceLocation
        )
    }
    return first
}

/// A node as a value that tests can compare and print.
func dump(_ node: YAMLNode) -> String {
    switch node.kind {
    case .scalar: node.isNull ? "~" : "'\(node.text)'"
    case .sequence: "[" + node.items.map(dump).joined(separator: ", ") + "]"
    case .mapping: "{" + node.pairs.map { "\($0.key.text): " + dump($0.value) }.joined(separator: ", ") + "}"
    }
}

func dump(_ text: String) -> [String] { read(text).documents.map { $0.withRoot { dump($0) } } }
