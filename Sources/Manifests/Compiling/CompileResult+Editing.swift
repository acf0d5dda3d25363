import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// A change of a resource's manifest, by paths below `spec`; texts are YAML on one line.
package enum FieldChange: Sendable, Hashable {
    /// Writes a field, as a new one where there is none.
    case set(String, String)
    case remove(String)
    /// Puts an item behind another one of a list.
    case insert(String, after: Int, of: String)
    /// Writes a field of an item, or changes the item where it is text in the short form.
    case write(String, String, of: String, short: ShortForm)

    /// What becomes of an item in the short form, whose parts colons separate.
    package enum ShortForm: Sendable, Hashable {
        case whole(String)
        /// Text in front of an item of so many parts; any other is refused.
        case prefixed(String, parts: Int)
        /// Text behind an item of so many parts; any other is refused.
        case suffixed(String, parts: Int)
    }
}

extension CompileResult {
    /// What changes the manifest of a resource; refuses one that overlays change, too.
    package func editor(of address: ResourceAddress) throws(EditRefusal) -> ResourceEditor {
        guard let place = place(of: address) else { throw EditRefusal("the resource is not declared here") }
        guard place.overlays.isEmpty else { throw EditRefusal("an overlay changes the resource, too") }
        guard let file = sources[place.document.file],
            let document = FieldLocator(sources: sources).document(place.document)
        else { throw EditRefusal("its manifest cannot be read") }
        return ResourceEditor(file: file, document: document)
    }
}

/// The manifest of one resource, read once for all changes to it.
package struct ResourceEditor: Sendable {
    let file: SourceFile
    let document: YAMLDocument

    /// The edits of the file that make some changes, which must not concern the same field.
    ///
    /// Refuses what could not be made without changing more: values from anchors and merged maps, places with comments
    /// that would be lost.
    package func edits(_ changes: [FieldChange]) throws(EditRefusal) -> [TextEdit] {
        try document.withRoot { (root) throws(EditRefusal) in
            guard let spec = root["spec"] else { throw EditRefusal("there is no `spec`") }
            let editor = YAMLEditor(file: file, root: spec)
            var edits: [TextEdit] = []
            for change in changes {
                switch change {
                case .set(let path, let text): edits.append(try editor.set(FieldPath.yamlSteps(path), to: text))
                case .remove(let path): edits.append(try editor.remove(FieldPath.yamlSteps(path)))
                case .insert(let text, let index, let path):
                    edits.append(try editor.insert(text, after: index, of: FieldPath.yamlSteps(path)))
                case .write(let key, let text, let item, let short):
                    edits.append(try Self.write(key, text, of: FieldPath.yamlSteps(item), short, editor))
                }
            }
            return edits
        }
    }

    private static func write(
        _ key: String,
        _ text: String,
        of item: [YAMLStep],
        _ short: FieldChange.ShortForm,
        _ editor: YAMLEditor
    ) throws(EditRefusal) -> TextEdit {
        guard let written = try editor.scalar(at: item) else { return try editor.set(item + [.key(key)], to: text) }
        switch short {
        case .whole(let text): return try editor.set(item, to: text)
        case .prefixed(let prefix, let parts):
            guard written.split(separator: ":").count == parts else { throw EditRefusal("it has other parts") }
            return try editor.extend(item, prefix: prefix)
        case .suffixed(let suffix, let parts):
            guard written.split(separator: ":").count == parts else { throw EditRefusal("it has other parts") }
            return try editor.extend(item, suffix: suffix)
        }
    }
}

extension FieldPath {
    /// The same path in the words of an editor.
    static func yamlSteps(_ path: String) -> [YAMLStep] {
        steps(path)
            .compactMap { step in
                switch step {
                case .key(let name): .key(name)
                case .item(let index): .item(index)
                case .anyItem, .name: nil
                }
            }
    }
}
