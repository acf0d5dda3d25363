import ResourceModel
import SourceDiagnostics

/// The language server as a value: what a client sends goes in, what is to be sent and done comes out.
///
/// Questions are answered at once from the texts of open documents; checking the whole project is an effect whose result
/// comes back as an event. Only code actions and new names wait for it, since
/// their edits must fit the text.
package struct LanguageServer: Sendable {
    enum Phase: Sendable {
        case fresh
        case running
        case shutDown
    }

    let version: String
    var phase = Phase.fresh
    var client = ClientAbilities()
    var folders: [String] = []
    /// By URI.
    var documents: [String: OpenDocument] = [:]
    /// What the last check found.
    var checked: [CheckedPart] = []
    /// Which state of the texts it is about.
    var checkedGeneration = 0
    /// Counts the changes of texts.
    var generation = 0
    var isChecking = false
    /// The wait that counts: a later change makes earlier ones void.
    var wait = 0
    /// The texts of the last messages about each file, by URI.
    var published: [String: [UInt8]] = [:]
    /// Requests that are answered when the texts are checked as they are now.
    var waiting: [(id: CanonicalValue, message: Message)] = []
    var effects: [ServerEffect] = []

    /// How long typing must pause before all is checked.
    static let pause = Duration.milliseconds(120)

    /// What edits files, also those that are not open, and so has to know them as they are now.
    private static let needsCheck: Set = ["textDocument/codeAction", "textDocument/rename"]

    package init(version: String) { self.version = version }

    /// Takes one event and says what follows from it.
    package mutating func handle(_ event: ServerEvent) -> [ServerEffect] {
        effects = []
        switch event {
        case .frames(let frames): receive(frames)
        case .woke(let number): if number == wait { startCheck() }
        case .checked(let result): take(result)
        case .inputEnded: effects.append(.end(phase == .shutDown ? 0 : 1))
        }
        defer { effects = [] }
        return effects
    }

    private mutating func receive(_ frames: [FrameReader.Frame]) {
        var messages: [Message] = []
        for frame in frames {
            switch frame {
            case .malformed(let reason): send(Message.failure(.null, RequestError(.parseError, reason)))
            case .message(let bytes):
                do throws(RequestError) {
                    messages.append(try Message(parsing: bytes))
                } catch {
                    send(Message.failure(.null, error))
                }
            }
        }
        let cancelled = Set(
            messages.lazy.filter { $0.method == "$/cancelRequest" }.compactMap { $0.parameters["id"] }
        )
        for message in messages {
            if let id = message.id, message.method != nil, cancelled.contains(id) {
                send(Message.failure(id, RequestError(.cancelled, "the request was cancelled")))
            } else {
                receive(message)
            }
        }
    }

    private mutating func receive(_ message: Message) {
        guard let method = message.method else { return }
        do throws(RequestError) {
            guard let id = message.id else {
                try notify(method, message.parameters)
                return
            }
            guard phase == .running || method == "initialize" || method == "shutdown" else {
                throw phase == .fresh
                    ? RequestError(.notInitialized, "`initialize` comes first")
                    : RequestError(.invalidRequest, "the server is shut down")
            }
            if Self.needsCheck.contains(method), checkedGeneration != generation {
                waiting.append((id, message))
                return
            }
            send(Message.answer(id, try answer(method, message.parameters)))
        } catch {
            if let id = message.id { send(Message.failure(id, error)) }
        }
    }

    /// Answers what waited for a check.
    mutating func answerWaiting() {
        let ready = waiting
        waiting = []
        for (id, message) in ready {
            do throws(RequestError) {
                send(Message.answer(id, try answer(message.method ?? "", message.parameters)))
            } catch {
                send(Message.failure(id, error))
            }
        }
    }

    mutating func send(_ message: CanonicalValue) { effects.append(.send(JSON.bytes(message))) }

    /// The result of a request.
    private mutating func answer(_ method: String, _ parameters: CanonicalValue) throws(RequestError) -> CanonicalValue
    {
        switch method {
        case "initialize": return try initialize(parameters)
        case "shutdown":
            phase = .shutDown
            return .null
        case "textDocument/hover": return hover(try cursor(parameters))
        case "textDocument/completion": return completion(try cursor(parameters))
        case "textDocument/definition": return definition(try cursor(parameters))
        case "textDocument/references":
            let withDeclaration = parameters["context", "includeDeclaration"]?.bool ?? true
            return references(try cursor(parameters), withDeclaration: withDeclaration)
        case "textDocument/prepareRename": return prepareRename(try cursor(parameters))
        case "textDocument/rename":
            guard let name = parameters["newName"]?.string else {
                throw RequestError(.invalidParameters, "the request has no new name")
            }
            return try rename(try cursor(parameters), to: name)
        case "textDocument/documentSymbol": return documentSymbols(try document(parameters))
        case "workspace/symbol": return workspaceSymbols(parameters["query"]?.string ?? "")
        case "textDocument/formatting": return formatting(try document(parameters))
        case "textDocument/codeAction": return codeActions(try document(parameters), parameters)
        default: throw RequestError(.methodNotFound, "there is no method `\(Escaping.visible(method))`")
        }
    }

    /// The open document that a request is about.
    func document(_ parameters: CanonicalValue) throws(RequestError) -> OpenDocument {
        guard let uri = parameters["textDocument", "uri"]?.string else {
            throw RequestError(.invalidParameters, "the request names no document")
        }
        guard let document = documents[uri] else {
            throw RequestError(.invalidParameters, "the document is not open")
        }
        return document
    }

    /// The place that a request is about.
    private func cursor(_ parameters: CanonicalValue) throws(RequestError) -> Cursor {
        let document = try document(parameters)
        guard let position = parameters["position"].flatMap(TextPosition.init) else {
            throw RequestError(.invalidParameters, "the request has no position")
        }
        return Cursor(document, document.file.offset(position, client.encoding))
    }
}

/// A place in an open document, with what is around it.
struct Cursor: Sendable {
    let document: OpenDocument
    let offset: Int
    let outline: Outline
    let vocabulary: Vocabulary
    let spot: Spot?

    init(_ document: OpenDocument, _ offset: Int) {
        self.document = document
        self.offset = offset
        outline = Outline(document.file, around: offset)
        vocabulary = Vocabulary(outline, isProjectFile: document.isProjectFile)
        spot = outline.spot(offset)
    }
}
