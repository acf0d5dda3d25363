import ResourceModel

/// JSON Schema (draft-07, which editors know) from the tables that decode manifests.
package enum SchemaGenerator {
    /// The schemas by file name: one for each kind, `manifest.json` for any of them, `project.json`, `policy.json`.
    package static func files() -> [(name: String, text: String)] {
        var files = ResourceKind.inOrder.map { kind in
            ("\(kind.rawValue).json", text(top(title: kind.manifestName, schema: document(kind))))
        }
        let any = CanonicalValue.object([
            member("oneOf", .array(ResourceKind.inOrder.map { .object(document($0)) }))
        ])
        files.append(("manifest.json", text(top(title: "orchplan manifest", schema: any.object ?? []))))
        files.append(
            ("project.json", text(top(title: "orchplan project file", schema: record(ProjectFile.table.info))))
        )
        files.append(("policy.json", text(top(title: "orchplan policy", schema: record(PolicyFile.table.info)))))
        return files.map { (name: $0.0, text: $0.1) }
    }

    private static func top(title: String, schema: [CanonicalMember]) -> CanonicalValue {
        .object(
            [
                member("$schema", .string("http://json-schema.org/draft-07/schema#")), member("title", .string(title)),
            ] + schema
        )
    }

    /// A whole manifest of one kind.
    private static func document(_ kind: ResourceKind) -> [CanonicalMember] {
        let info = Explain.record(of: kind)
        var properties: [CanonicalMember] = []
        for field in Header.table.info.fields {
            let name = field.name.text
            var schema: [CanonicalMember]
            switch name {
            case "kind": schema = [member("const", .string(kind.manifestName))]
            case "apiVersion": schema = [member("const", .string("orchplan/v1"))]
            case "spec": schema = record(info)
            default: schema = type(field.type)
            }
            if name != "spec" { schema.insert(member("description", .string(field.doc)), at: 0) }
            properties.append(member(name, .object(schema)))
        }
        var required = Header.table.info.fields.filter(\.isRequired).map(\.name.text)
        if kind != .network, kind != .volume { required.append("spec") }
        return [
            member("type", .string("object")), member("description", .string(info.doc)),
            member("additionalProperties", .bool(false)), member("required", strings(required)),
            member("properties", .object(properties)),
        ]
    }

    /// A record: no fields but its own.
    private static func record(_ info: RecordInfo) -> [CanonicalMember] {
        let required = info.fields.filter(\.isRequired).map(\.name.text)
        let properties = info.fields.map { field in
            var schema = [member("description", .string(field.doc))]
            if let text = field.defaultText { schema.append(member("x-default", .string(text))) }
            return member(field.name.text, .object(schema + type(field.type)))
        }
        return [member("type", .string("object")), member("description", .string(info.doc))]
            + [member("additionalProperties", .bool(false))]
            + (required.isEmpty ? [] : [member("required", strings(required))])
            + (info.exactlyOne.isEmpty ? [] : [member("oneOf", .array(info.exactlyOne.map { given($0, of: info) }))])
            + [member("properties", .object(properties))]
    }

    /// That a field is given; a switch that is off is not.
    private static func given(_ name: String, of info: RecordInfo) -> CanonicalValue {
        var schema = [member("required", strings([name]))]
        if case .bool? = info[name]?.type {
            let isOn = CanonicalValue.object([member(name, .object([member("const", .bool(true))]))])
            schema.append(member("properties", isOn))
        }
        return .object(schema)
    }

    private static func type(_ type: FieldType) -> [CanonicalMember] {
        switch type {
        case .text(let format): text(format)
        case .bool: orVariable([member("type", .string("boolean"))])
        case .integer(let range): orVariable(integer(range))
        case .number(let range):
            orVariable([
                member("type", .string("number")), member("minimum", .number(range.lowerBound)),
                member("maximum", .number(range.upperBound)),
            ])
        case .duration: pattern(#"^([0-9]+(\.[0-9]+)?(us|ms|s|m|h|d))+$|\$"#)
        case .size: pattern(#"^[0-9]+(\.[0-9]+)?(B|[KMGT]i?B)$|\$"#)
        case .cpus:
            anyOf([
                [member("type", .string("number")), member("exclusiveMinimum", .integer(0))],
                pattern(#"^[0-9]+(\.[0-9]{1,9})?$|\$"#),
            ])
        case .fileMode: pattern(#"^[0-7]{3,4}$|\$"#)
        case .batch: anyOf([integer(1 ... .max), pattern(#"^([1-9][0-9]?|100)%$|\$"#)])
        case .portRange: anyOf([integer(1...65535), pattern(#"^[0-9]{1,5}(-[0-9]{1,5})?$|\$"#)])
        case .choice(let words): words.isEmpty ? [] : [member("enum", strings(words))]
        case .list(let element): [member("type", .string("array")), member("items", .object(self.type(element)))]
        case .map(let value):
            [
                member("type", .string("object")),
                member("propertyNames", .object([member("minLength", .integer(1))])),
                member("additionalProperties", .object(self.type(value))),
            ]
        case .entries(let names, let value):
            [
                member("type", .string("object")),
                member("propertyNames", .object([member("enum", strings(names))])),
                member("additionalProperties", .object(self.type(value))),
            ]
        case .record(let info): record(info())
        case .anyOf(let types): anyOf(types.map(self.type))
        case .null: [member("type", .string("null"))]
        }
    }

    /// Scalars stay text until a field asks for a type, so a text field takes numbers and bools too.
    private static func text(_ format: TextFormat) -> [CanonicalMember] {
        switch format {
        case .any, .path, .commandLine: scalar(nil)
        case .name: scalar("^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$") + [member("minimum", .integer(0))]
        case .image: scalar(#"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$|\$"#) + [member("minimum", .integer(0))]
        case .assignment: scalar("^[^=]+(=|$)")
        case .absolutePath: pattern(#"^/|\$"#)
        case .subnet: pattern(#"/[0-9]{1,3}$|\$"#)
        case .address: pattern(#"^[0-9]{1,3}(\.[0-9]{1,3}){3}$|^[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*$|\$"#)
        case .hostName:
            // A `{{…}}` is what the cluster puts there.
            scalar(#"^(\#(hostPart)\.)*\#(hostPart)$|\{\{|\$"#)
        case .port: pattern(#"^[0-9A-Fa-f.:\[\]-]*[0-9](/(tcp|udp))?$|\$"#)
        case .mount: pattern(#"^([^:]+:)?/[^:]*(:[^:]+)?$|\$"#)
        case .capability:
            // The names are for editors; letters of any size are taken.
            anyOf([
                [member("enum", strings(["ALL"] + KernelNames.capabilities.sorted()))],
                pattern(#"^[A-Za-z][A-Za-z_]*$|\$"#),
            ])
        case .user: scalar(#"^([^\s:-][^\s:]*(:([^\s:-][^\s:]*)?)?)?$|\$"#) + [member("minimum", .integer(0))]
        case .owner: anyOf([integer(0...Int(Int32.max)), pattern(#"^[0-9]{1,10}$|\$"#)])
        case .portName: scalar(#"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$|\$"#) + [member("minimum", .integer(0))]
        case .host: pattern(#"^[^\s:=]+[:=](host-gateway|\[?[0-9A-Fa-f.:]+\]?)$|^[^\s=]+=|\$"#)
        }
    }

    /// One part of the name of a host.
    private static let hostPart = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"

    /// A text that may look like a number or a bool; a pattern holds for what is written as a text.
    private static func scalar(_ pattern: String?) -> [CanonicalMember] {
        [member("type", strings(["string", "number", "boolean"]))]
            + (pattern.map { [member("pattern", .string($0))] } ?? [])
    }

    private static func integer(_ range: ClosedRange<Int>) -> [CanonicalMember] {
        [member("type", .string("integer")), member("minimum", .integer(Int64(range.lowerBound)))]
            + (range.upperBound == .max ? [] : [member("maximum", .integer(Int64(range.upperBound)))])
    }

    /// A number or a bool may come from a variable, and then it is written as text.
    private static func orVariable(_ schema: [CanonicalMember]) -> [CanonicalMember] {
        anyOf([schema, pattern(#"\$"#)])
    }

    private static func anyOf(_ schemas: [[CanonicalMember]]) -> [CanonicalMember] {
        [member("anyOf", .array(schemas.map { .object($0) }))]
    }

    private static func pattern(_ pattern: String) -> [CanonicalMember] {
        [member("type", .string("string")), member("pattern", .string(pattern))]
    }

    private static func strings(_ texts: [String]) -> CanonicalValue { .array(texts.map { .string($0) }) }

    private static func member(_ key: String, _ value: CanonicalValue) -> CanonicalMember {
        CanonicalMember(key: key, value: value)
    }

    /// The value as JSON for people: two spaces for each level, short lists on one line.
    private static func text(_ value: CanonicalValue) -> String { pretty(value, indent: "") + "\n" }

    private static func pretty(_ value: CanonicalValue, indent: String) -> String {
        let inner = indent + "  "
        let compact = CanonicalText(value).text
        switch value {
        case .object(let members) where !members.isEmpty && compact.utf8.count > 60:
            let rows = members.map { "\(inner)\(CanonicalText($0.key).text): \(pretty($0.value, indent: inner))" }
            return "{\n" + rows.joined(separator: ",\n") + "\n\(indent)}"
        case .array(let items) where !items.isEmpty && compact.utf8.count > 60:
            return "[\n" + items.map { inner + pretty($0, indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        default: return compact
        }
    }
}
