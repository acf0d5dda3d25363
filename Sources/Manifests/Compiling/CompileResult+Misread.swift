import ResourceModel
import SourceDiagnostics

extension CompileResult {
    /// The resources that are not what their author wrote: something in their documents could not be read.
    ///
    /// Where a value is wrong its field has the default, and what is said of that is not true of the value once it is
    /// mended. References to what is not there, and clashes with others, leave a resource as it is written.
    package var misread: Set<ResourceAddress> {
        let errors = diagnostics.filter { $0.severity == .error && $0.code.isOfReading }.compactMap(\.primary?.range)
        guard !errors.isEmpty else { return [] }
        var misread: Set<ResourceAddress> = []
        let byFile = Dictionary(grouping: errors, by: \.file).mapValues { $0.map(\.start).sorted() }
        for (index, resource) in partial.resources.enumerated() {
            for range in [places[index].document] + places[index].overlays {
                guard let starts = byFile[range.file] else { continue }
                var low = 0
                var high = starts.count
                while low < high {
                    let middle = (low + high) / 2
                    if starts[middle] < range.start { low = middle + 1 } else { high = middle }
                }
                if low < starts.count, starts[low] < range.end { misread.insert(resource.address) }
            }
        }
        return misread
    }
}

extension DiagnosticCode {
    /// Whether it says that a text or a field cannot be read, and not that what was read does not fit the rest.
    fileprivate var isOfReading: Bool { id.hasPrefix("OP1") || id.hasPrefix("OP20") }
}
