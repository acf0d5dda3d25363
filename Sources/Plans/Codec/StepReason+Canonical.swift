import ResourceModel

extension StepReason {
    /// The word for the reason in plan files and in the public form.
    package var code: String {
        switch self {
        case .notRecorded: "notRecorded"
        case .notDeclared: "notDeclared"
        case .fieldsChanged: "fieldsChanged"
        case .replacementForced: "replacementForced"
        case .contentChanged: "contentChanged"
        case .tagMoved: "tagMoved"
        case .imagePinned: "imagePinned"
        case .missing: "missing"
        case .drifted: "drifted"
        case .interrupted: "interrupted"
        case .unfinished: "unfinished"
        case .recordOnly: "recordOnly"
        case .destroyRequested: "destroyRequested"
        case .dependencyReplaced: "dependencyReplaced"
        case .autoscaled: "autoscaled"
        }
    }

    /// The reason as a clause for people.
    package var text: String {
        switch self {
        case .notRecorded: "it is declared and not there yet"
        case .notDeclared: "it is not declared any more"
        case .fieldsChanged: "its declaration changed"
        case .replacementForced(let fields): "\(fields.joined(separator: ", ")) cannot change in place"
        case .contentChanged(let address): "the content of \(address) changed"
        case .tagMoved(let image): "the tag \(image) now names other content"
        case .imagePinned(let image): "\(image) is pinned to the content that it names now"
        case .missing: "it is recorded, and the cluster does not have it"
        case .drifted(let how): how
        case .interrupted(let operation): "an earlier apply was interrupted at operation \(operation)"
        case .unfinished: "an earlier apply began it and did not see it through"
        case .recordOnly: "only what is recorded about it changes"
        case .destroyRequested: "everything is to be destroyed"
        case .dependencyReplaced(let address): "\(address), which it uses, is replaced"
        case .autoscaled(let from, let to, let why): "autoscaled from \(from) to \(to): \(why)"
        }
    }
}

extension StepReason: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("code", code)
        switch self {
        case .replacementForced(let fields): writer.member("fields", fields)
        case .contentChanged(let address), .dependencyReplaced(let address): writer.member("address", address)
        case .tagMoved(let image), .imagePinned(let image): writer.member("image", image)
        case .drifted(let how): writer.member("how", how)
        case .interrupted(let operation): writer.member("operation", operation)
        case .autoscaled(let from, let to, let why):
            writer.member("from", from)
            writer.member("how", why)
            writer.member("to", to)
        case .notRecorded, .notDeclared, .fieldsChanged, .missing, .recordOnly, .destroyRequested, .unfinished: break
        }
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        let code: String = try value.required("code")
        switch code {
        case "notRecorded": self = .notRecorded
        case "notDeclared": self = .notDeclared
        case "fieldsChanged": self = .fieldsChanged
        case "replacementForced": self = .replacementForced(fields: try value.list("fields"))
        case "contentChanged": self = .contentChanged(try value.address("address"))
        case "tagMoved": self = .tagMoved(image: try value.required("image"))
        case "imagePinned": self = .imagePinned(image: try value.required("image"))
        case "missing": self = .missing
        case "drifted": self = .drifted(try value.required("how"))
        case "interrupted": self = .interrupted(operation: try value.required("operation"))
        case "unfinished": self = .unfinished
        case "recordOnly": self = .recordOnly
        case "destroyRequested": self = .destroyRequested
        case "autoscaled":
            self = .autoscaled(
                from: try value.required("from"),
                to: try value.required("to"),
                why: try value.required("how")
            )
        case "dependencyReplaced": self = .dependencyReplaced(try value.address("address"))
        default: throw CanonicalError("unknown reason", path: ["code"])
        }
    }
}
