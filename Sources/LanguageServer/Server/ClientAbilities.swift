import ResourceModel

/// What a client can do, as its `initialize` says.
struct ClientAbilities: Sendable {
    var encoding = PositionEncoding.utf16
    var hasSnippets = false
    var adjustsIndentation = false
    var hasRelatedInformation = false
    var hasNestedSymbols = false
    var hasActionLiterals = false
    var showsMarkdown = false
    var documentsMarkdown = false
    /// Whether it asks what would be renamed before it asks for a name.
    var preparesRename = false
    /// Whether it can be asked to tell of changed files.
    var watchesOnRequest = false

    init() {}

    init(_ capabilities: CanonicalValue) {
        let document = capabilities["textDocument"] ?? .null
        let completion = document["completion", "completionItem"] ?? .null
        encoding = PositionEncoding(offered: capabilities["general", "positionEncodings"]?.texts ?? [])
        hasSnippets = completion["snippetSupport"]?.bool ?? false
        adjustsIndentation = completion["insertTextModeSupport", "valueSet"]?.array?.contains(.integer(2)) ?? false
        hasRelatedInformation = document["publishDiagnostics", "relatedInformation"]?.bool ?? false
        hasNestedSymbols = document["documentSymbol", "hierarchicalDocumentSymbolSupport"]?.bool ?? false
        hasActionLiterals = document["codeAction", "codeActionLiteralSupport"] != nil
        showsMarkdown = document["hover", "contentFormat"]?.texts.contains("markdown") ?? false
        documentsMarkdown = completion["documentationFormat"]?.texts.contains("markdown") ?? false
        preparesRename = document["rename", "prepareSupport"]?.bool ?? false
        watchesOnRequest =
            capabilities["workspace", "didChangeWatchedFiles", "dynamicRegistration"]?.bool ?? false
    }
}
