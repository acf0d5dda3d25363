import Drivers
import ResourceModel

extension ServiceForward {
    /// Those security options that services have; the rest is refused, as the engine would drop it.
    func privileges() throws(DriverError) -> EngineJSON {
        if spec.privileged {
            throw refusal("privileged", "is nothing that services can be", help: "add what is needed to `capAdd`")
        }
        if !spec.devices.isEmpty {
            throw refusal(
                "devices",
                "cannot be given to services",
                help: "bind-mount what the program needs, or reserve a generic resource of the node"
            )
        }
        if spec.rootfs != nil {
            throw refusal("rootfs", "is nothing that the engine knows: it runs images", help: "name an `image`")
        }
        var json = EngineJSON()
        var context = EngineJSON()
        for (index, option) in spec.securityOptions.enumerated() {
            try add(option, "securityOptions[\(index)]", to: &json, context: &context)
        }
        json.some("SELinuxContext", context)
        return json
    }

    private func add(
        _ option: String,
        _ field: String,
        to json: inout EngineJSON,
        context: inout EngineJSON
    ) throws(DriverError) {
        let mark = option.firstIndex { $0 == "=" || $0 == ":" } ?? option.endIndex
        let name = String(option[..<mark])
        let value = String(option[mark...].dropFirst())
        switch (name, value) {
        case ("label", _):
            try addLabel(value, field, to: &context)
            return
        case ("no-new-privileges", ""), ("no-new-privileges", "true"): json.set("NoNewPrivileges", .bool(true))
        case ("no-new-privileges", "false"): return
        case ("seccomp", "unconfined"): json.set("Seccomp", Self.mode("unconfined"))
        case ("apparmor", "unconfined"): json.set("AppArmor", Self.mode("disabled"))
        default: throw unknown(option, field)
        }
        if version < .startInterval { throw tooOld(field, needs: .startInterval) }
    }

    private func addLabel(_ label: String, _ field: String, to context: inout EngineJSON) throws(DriverError) {
        if label == "disable" {
            context.set("Disable", .bool(true))
            return
        }
        let parts = label.split(separator: ":", maxSplits: 1).map(String.init)
        let keys = ["user": "User", "role": "Role", "type": "Type", "level": "Level"]
        guard parts.count == 2, let key = keys[parts[0]] else { throw unknown("label=\(label)", field) }
        context.set(key, parts[1])
    }

    private func unknown(_ option: String, _ field: String) -> DriverError {
        refusal(
            field,
            "is \(option), which services cannot have",
            help: "they can have no-new-privileges, seccomp=unconfined, apparmor=unconfined and label=…"
        )
    }

    private static func mode(_ word: String) -> EngineJSON {
        var json = EngineJSON()
        json.set("Mode", word)
        return json
    }
}
