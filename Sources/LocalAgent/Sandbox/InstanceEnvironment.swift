import ResourceModel

/// A variable of an instance: its text, or the object whose content it is.
package struct PlannedVariable: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case text(String)
        case secret(object: String)
        case config(object: String)
    }

    package var name: String
    package var value: Value

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}

/// The variables that an instance has, and what they hold.
enum InstanceEnvironment {
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The variables in the order of their names; a manifest's own win over the generated ones.
    static func plan(
        _ request: SandboxRequest,
        hostname: String,
        user: InstanceUser
    ) throws(AgentError) -> [PlannedVariable] {
        var variables: SortedMap<EnvironmentValue> = [
            "PATH": .text(defaultPath), "HOME": .text(user.home), "HOSTNAME": .text(hostname),
            "ORCHPLAN_SERVICE": .text(request.service), "ORCHPLAN_INSTANCE": .text(request.instance),
            "ORCHPLAN_SLOT": .text("\(request.slot)"),
        ]
        if !request.address.isEmpty { variables["ORCHPLAN_ADDRESS"] = .text(request.address) }
        for (index, port) in request.spec.ports.enumerated() {
            guard let own = request.ports.first(where: { $0.target == port.target && $0.transport == port.transport })
            else { continue }
            if index == 0 { variables["PORT"] = .text("\(own.port)") }
            variables["PORT_\(port.target)"] = .text("\(own.port)")
            if let name = port.name { variables["PORT_\(variableName(name))"] = .text("\(own.port)") }
        }
        for entry in request.spec.environment { variables[entry.key] = entry.value }
        let template = InstanceTemplate(request)
        var planned: [PlannedVariable] = []
        for entry in variables {
            planned.append(PlannedVariable(name: entry.key, value: try value(entry, template, request)))
        }
        return planned
    }

    private static func value(
        _ entry: SortedMap<EnvironmentValue>.Entry,
        _ template: InstanceTemplate,
        _ request: SandboxRequest
    ) throws(AgentError) -> PlannedVariable.Value {
        switch entry.value {
        case .text(let text): return .text(try template.expand(text))
        case .secret(let name, let object):
            guard let object = object ?? request.secretObjects[name] else {
                throw AgentError(.notFound, "variable \(entry.key) needs secret \(name), which does not exist")
            }
            return .secret(object: object)
        case .config(let name, let object):
            guard let object = object ?? request.configObjects[name] else {
                throw AgentError(.notFound, "variable \(entry.key) needs config \(name), which does not exist")
            }
            return .config(object: object)
        }
    }

    /// A port's name as part of a variable's: upper case, everything but letters and digits an underscore.
    static func variableName(_ name: String) -> String {
        String(
            name.uppercased()
                .map { character in
                    character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
                }
        )
    }
}
