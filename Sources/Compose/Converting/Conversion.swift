import Manifests
import ResourceModel
import SourceDiagnostics

/// What a conversion gave.
package struct Conversion: Sendable {
    /// A file that is to be written.
    package struct File: Sendable, Hashable {
        /// Relative to the output directory.
        package var path: String
        package var text: String
        /// The resources in it, such as `service/web`.
        package var resources: [String]
    }

    /// The files in the order of their names, the project file first; none where something is wrong.
    package var files: [File] = []
    package var project = ""
    package var driver = ""
    /// Why this driver was taken, where nobody asked for it.
    package var driverReason: String?
    package var sources = SourceMap()
    package var diagnostics: [Diagnostic] = []
    /// What did not come through as it was, in the order of the file.
    package var losses: [ConversionLoss] = []
    /// Variables that have no value and no default: empty, as `docker stack deploy` takes them.
    package var emptyVariables: [String] = []
    /// Variables that have no value and without which something is wrong.
    package var missingVariables: [String] = []
    /// Variables whose values stand in the project file now.
    package var keptVariables: [String] = []
    /// How many extension fields at the top, `x-…`, hold nothing that manifests say.
    package var extensions = 0
    /// How many lines with comments stand in the files.
    package var carriedComments = 0
    /// Lines with comments that have no place in the files, as `compose.yaml:3, 7-9`.
    package var lostComments: [String] = []
    package var lostCommentCount = 0
    /// Services that belong to a profile which was not asked for.
    package var omittedServices: [String] = []
}

/// From Compose files to manifests.
package enum ComposeConverter {
    /// Reads, merges and converts; everything that is wrong is told in one run, and then there are no files.
    ///
    /// The result is compiled before it is given out: what `orchplan lint` would call an error is one here, at the
    /// place in the Compose file that it comes from.
    package static func convert(_ request: ConversionRequest) async -> Conversion {
        var conversion = Conversion()
        var diagnostics: [Diagnostic] = []
        let composed = ComposeFiles.read(request.inputs, request.files, into: &conversion.sources, &diagnostics)
        guard let composed else {
            conversion.diagnostics = conversion.sources.sorted(diagnostics)
            return conversion
        }
        var stack = StackConverter(request, composed, conversion.sources)
        stack.log.diagnostics = diagnostics
        stack.convert()
        conversion.project = stack.project
        conversion.driver = stack.driver
        conversion.driverReason = stack.driverReason
        conversion.losses = stack.log.losses
        conversion.extensions = stack.extensions
        conversion.omittedServices = stack.omitted.sorted()
        diagnostics = stack.log.diagnostics
        let written = ProjectWriter.files(of: stack, request)
        conversion.emptyVariables = written.emptyVariables
        conversion.keptVariables = written.keptVariables
        conversion.carriedComments = written.carried.count
        let lost = stack.comments.all.subtracting(written.carried)
        conversion.lostCommentCount = lost.count
        conversion.lostComments = ComposeComments.described(lost, conversion.sources)
        // One fault would be told a second time by what it led to.
        if !diagnostics.hasErrors, composed.isWhole {
            let faults = await ResultCheck(request: request, stack: stack, written: written).faults()
            diagnostics += faults.told
            conversion.missingVariables = faults.missing
        }
        conversion.diagnostics = conversion.sources.sorted(diagnostics)
        if !diagnostics.hasErrors { conversion.files = written.files.map(\.file) }
        return conversion
    }
}
