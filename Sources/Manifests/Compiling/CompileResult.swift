import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// What compiling gave.
package struct CompileResult: Sendable {
    /// The desired state; nil when any diagnostic is an error.
    package let graph: ResourceGraph?
    /// What could be understood of it, errors or not: for linting and for views, never for planning.
    package let partial: ResourceGraph
    package let sources: SourceMap
    /// What is wrong, in the order of files and lines.
    package let diagnostics: [Diagnostic]
    /// The path of the request that led to a fault without a place, by the fault.
    package let origins: [Diagnostic: String]
    /// How many files were read.
    package let fileCount: Int
    /// In the order of the graph's resources.
    let places: [ResourcePlace]
    /// What nothing that is said of the manifests may repeat.
    package let secrets: SecretValues

    /// Where each resource is declared: the range of its name.
    package var ranges: [ResourceAddress: SourceRange] {
        var result: [ResourceAddress: SourceRange] = [:]
        result.reserveCapacity(places.count)
        for (index, resource) in partial.resources.enumerated() { result[resource.address] = places[index].name }
        return result
    }

    /// Where the resource at an index of `partial` is declared: the range of its name.
    package func nameRange(at index: Int) -> SourceRange { places[index].name }

    /// Where one resource is declared.
    package func place(of address: ResourceAddress) -> ResourcePlace? {
        partial.index(of: address).map { places[$0] }
    }

    /// Where a field such as `ports[1].published` is written: the smallest node on its path that exists.
    ///
    /// Positions of fields are not kept; the resource's document is read again for each call.
    package func fieldRange(_ address: ResourceAddress, _ path: String) -> SourceRange? {
        fieldRanges(address, [path])?.first
    }

    /// Where several fields of one resource are written, in the order of their paths.
    ///
    /// The resource's document is read once for all of them.
    package func fieldRanges(_ address: ResourceAddress, _ paths: [String]) -> [SourceRange]? {
        partial.index(of: address).map { fieldRanges(at: $0, paths) }
    }

    /// The same for the resource at an index of `partial`.
    package func fieldRanges(at index: Int, _ paths: [String]) -> [SourceRange] {
        FieldLocator(sources: sources).ranges(paths, of: places[index])
    }

    /// Whether what the resource at an index of `partial` says is written in more places than its own document.
    package func isLaidOver(at index: Int) -> Bool { !places[index].overlays.isEmpty || !places[index].origins.isEmpty }
}

/// Finds fields by reading the documents of a resource again.
struct FieldLocator {
    var sources: SourceMap

    func range(_ path: String, of place: ResourcePlace) -> SourceRange {
        ranges([path], of: place).first ?? place.name
    }

    func ranges(_ paths: [String], of place: ResourcePlace) -> [SourceRange] {
        withSite(place.document, place, [], place.overlays[...]) { site in paths.map(site.range) }
            ?? paths.map { _ in place.name }
    }

    /// Reads a document again.
    func document(_ range: SourceRange) -> YAMLDocument? {
        guard let file = sources[range.file] else { return nil }
        // From the start of the line: columns are what nesting is told by.
        var start = Int(range.start)
        while start > 0, file.bytes[start - 1] != 0x0A { start -= 1 }
        let stream = YAMLReader.read(file: file, id: range.file, range: start..<max(start, Int(range.end)))
        return stream.documents.first
    }

    private func withSite(
        _ range: SourceRange,
        _ place: ResourcePlace,
        _ found: [YAMLNode],
        _ rest: ArraySlice<SourceRange>,
        _ body: (Site) -> [SourceRange]
    ) -> [SourceRange]? {
        guard let document = document(range) else { return nil }
        return document.withRoot { root in
            guard let spec = root["spec"] else { return nil }
            let nodes = found + [spec]
            if let next = rest.first { return withSite(next, place, nodes, rest.dropFirst(), body) }
            var site = Site(name: "", nameRange: place.name, base: nodes[0])
            site.overlays = Array(nodes.dropFirst())
            site.origins = place.origins
            return body(site)
        }
    }
}
