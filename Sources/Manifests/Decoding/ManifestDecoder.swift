import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Turns nodes into typed values and collects what is wrong with them.
///
/// One decoder reads the documents of one piece of input. It never stops at a fault: a field that cannot be read keeps
/// its default, and the document is known to be faulty by its diagnostics.
package struct ManifestDecoder {
    let context: DecodingContext
    package internal(set) var diagnostics: [Diagnostic] = []
    /// The field that is being read, for messages.
    var field: StaticString = ""
    /// The document's file.
    var file: SourceFile?
    /// The directory of the document's file, below which its relative paths are.
    var directory = ""
    /// Whether the document holds a `$` at all.
    var interpolates = false
    /// Whether the document is laid over another: maps and named lists merge, and null removes.
    var isOverlay = false
    /// Which of the documents laid over each other is read, from 0.
    var layer = 0
    /// Which node each item of a merged or expanded list came from, by the list's path.
    var origins: [String: [ItemOrigin]] = [:]
    /// Every variable that was put in, so that none of them is the source of a secret.
    var variableUses: [VariableUse] = []
    /// Texts after interpolation, which live until the document is done.
    var expansions: [UnsafeMutableBufferPointer<UInt8>] = []
    /// The scalar of `bytes(_:)` was changed by interpolation, so that its quotes say nothing about its type.
    var wasExpanded = false
    /// What entries name that were left out for something else.
    var mentions: [Mention] = []
    /// The files whose content was wanted; the same one is read once.
    var contents: [String: ContentResult] = [:]
    /// Paths without symbolic links; many manifests name the same few files.
    var realPaths: [String: String?] = [:]
    /// Which paths lead to what orchplan keeps for itself.
    var ownPaths: [String: Bool] = [:]
    /// Every file whose content was taken, so that none of them is the source of a secret as well.
    var fileUses: [FileUse] = []

    init(context: DecodingContext) {
        self.context = context
    }

    /// Forgets what belongs to one document.
    mutating func finishDocument() {
        for expansion in expansions { expansion.deallocate() }
        expansions.removeAll(keepingCapacity: true)
        if !origins.isEmpty { origins.removeAll() }
        isOverlay = false
        layer = 0
    }
}

/// The node of an item: which layer, and which item of the list there.
struct ItemOrigin: Sendable, Hashable {
    var layer: Int
    var item: Int
}

/// What all decoders of one run share; it never changes while they run.
package final class DecodingContext: Sendable {
    let variables: VariableResolver
    let files: any ManifestFiles
    /// The project's directory, absolute.
    let root: String
    let ownPlaces: OwnPlaces
    let limits: DriverLimits?

    /// - Parameter state: The file of the recorded state, which no manifest may name.
    package init(
        variables: VariableResolver,
        files: any ManifestFiles,
        root: String,
        state: String? = nil,
        capabilities: Capabilities?
    ) {
        self.variables = variables
        self.files = files
        self.root = root
        ownPlaces = OwnPlaces(root: root, state: state, files: files)
        limits = capabilities.map(DriverLimits.init)
    }
}

/// One place where a variable was put in.
struct VariableUse: Sendable {
    var name: String
    var range: SourceRange
}
