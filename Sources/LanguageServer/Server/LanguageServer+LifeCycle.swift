import ResourceModel

/// Beginning, end, and what documents say.
extension LanguageServer {
    mutating func initialize(_ parameters: CanonicalValue) throws(RequestError) -> CanonicalValue {
        guard phase == .fresh else { throw RequestError(.invalidRequest, "the server is initialized already") }
        phase = .running
        client = ClientAbilities(parameters["capabilities"] ?? .null)
        let named = parameters["workspaceFolders"]?.array?.compactMap { $0["uri"]?.string } ?? []
        folders = (named.isEmpty ? [parameters["rootUri"]?.string].compactMap { $0 } : named)
            .compactMap { FileURI.path($0) }
        return JSON.object([
            "capabilities": capabilities,
            "serverInfo": JSON.object(["name": .string("orchplan"), "version": .string(version)]),
        ])
    }

    private var capabilities: CanonicalValue {
        JSON.object([
            "positionEncoding": .string(client.encoding.rawValue),
            "textDocumentSync": JSON.object([
                "openClose": .bool(true), "change": .integer(2), "save": .bool(true),
            ]),
            "hoverProvider": .bool(true),
            "completionProvider": JSON.object([
                "triggerCharacters": JSON.strings([" ", ":", "-", "[", "{", ",", "="])
            ]),
            "definitionProvider": .bool(true), "referencesProvider": .bool(true),
            "documentSymbolProvider": .bool(true), "workspaceSymbolProvider": .bool(true),
            "documentFormattingProvider": .bool(true),
            "renameProvider": client.preparesRename ? JSON.object(["prepareProvider": .bool(true)]) : .bool(true),
            "codeActionProvider": client.hasActionLiterals
                ? JSON.object(["codeActionKinds": JSON.strings(["quickfix", "source.fixAll.orchplan"])]) : nil,
            "workspace": JSON.object([
                "workspaceFolders": JSON.object([
                    "supported": .bool(true), "changeNotifications": .bool(true),
                ])
            ]),
        ])
    }

    mutating func notify(_ method: String, _ parameters: CanonicalValue) throws(RequestError) {
        if method == "exit" {
            effects.append(.end(phase == .shutDown ? 0 : 1))
            return
        }
        guard phase == .running else { return }
        switch method {
        case "initialized":
            if client.watchesOnRequest { askForWatching() }
            if !folders.isEmpty { changed(pause: .zero) }
        case "textDocument/didOpen": try open(parameters)
        case "textDocument/didChange": try change(parameters)
        case "textDocument/didClose":
            if let uri = parameters["textDocument", "uri"]?.string, documents.removeValue(forKey: uri) != nil {
                changed(pause: .zero)
            }
        case "textDocument/didSave", "workspace/didChangeWatchedFiles": changed(pause: Self.pause)
        case "workspace/didChangeWorkspaceFolders":
            let gone = Set(parameters["event", "removed"]?.array?.compactMap { $0["uri"]?.string } ?? [])
            folders.removeAll { folder in gone.contains { FileURI.path($0) == folder } }
            folders += (parameters["event", "added"]?.array ?? [])
                .compactMap { $0["uri"]?.string.flatMap(FileURI.path) }
            changed(pause: .zero)
        case "$/cancelRequest": cancel(parameters["id"])
        default: break
        }
    }

    /// A request that waits is answered now; others were answered before this came.
    private mutating func cancel(_ id: CanonicalValue?) {
        guard let id, let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index)
        send(Message.failure(id, RequestError(.cancelled, "the request was cancelled")))
    }

    private mutating func open(_ parameters: CanonicalValue) throws(RequestError) {
        let item = parameters["textDocument"] ?? .null
        guard let uri = item["uri"]?.string, let text = item["text"]?.string else {
            throw RequestError(.invalidParameters, "the document has no address or no text")
        }
        documents[uri] = OpenDocument(uri: uri, version: item["version"]?.count ?? 0, text: text)
        changed(pause: .zero)
    }

    private mutating func change(_ parameters: CanonicalValue) throws(RequestError) {
        var document = try document(parameters)
        for change in parameters["contentChanges"]?.array ?? [] { try document.apply(change, client.encoding) }
        document.version = parameters["textDocument", "version"]?.count ?? document.version + 1
        documents[document.uri] = document
        changed(pause: Self.pause)
    }

    private mutating func askForWatching() {
        let watchers = ["**/*.yaml", "**/*.yml", "**/*.env"].map { JSON.object(["globPattern": .string($0)]) }
        let registration = JSON.object([
            "id": .string("files"), "method": .string("workspace/didChangeWatchedFiles"),
            "registerOptions": JSON.object(["watchers": .array(watchers)]),
        ])
        send(
            Message.request(
                "watch",
                "client/registerCapability",
                JSON.object(["registrations": .array([registration])])
            )
        )
    }
}
