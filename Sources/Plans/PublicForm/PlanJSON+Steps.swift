import ResourceModel

extension PlanJSON {
    /// The members of one step.
    static func step(_ step: PlanStep, _ writer: inout CanonicalWriter) {
        writer.member("id", step.id)
        writer.member("address", step.address)
        writer.member("kind", step.address.kind.rawValue)
        writer.member("name", step.address.name)
        writer.member("action", step.action)
        writer.member("batch", step.batch)
        writer.flag("protect", step.protect)
        writer.nullable("objectName", step.objectName)
        writer.objects("reasons", step.reasons) { reason, writer in
            writer.member("code", reason.code)
            writer.member("text", reason.text)
        }
        writer.objects("changes", step.changes, change)
        desired(step, &writer)
        writer.objects("needs", step.needs) { need, writer in
            writer.member("step", need.step)
            writer.nullable("condition", need.condition)
        }
        guard let rollout = step.rollout else {
            writer.key("rollout")
            writer.null()
            return
        }
        self.rollout(rollout, &writer)
    }

    /// The whole desired resource, or null; a secret's without the digest that stands for its content.
    private static func desired(_ step: PlanStep, _ writer: inout CanonicalWriter) {
        writer.key("desired")
        guard let after = step.after else { return writer.null() }
        guard step.address.kind == .secret else { return writer.value(after) }
        guard var resource = try? after.decoded(Resource.self), case .secret(var spec) = resource.spec else {
            return writer.null()
        }
        spec.digest = nil
        resource.spec = .secret(spec)
        resource.encode(to: &writer)
    }

    private static func change(_ change: FieldChange, _ writer: inout CanonicalWriter) {
        writer.member("path", change.path)
        writer.flag("replaces", change.forcesReplacement)
        writer.flag("sensitive", change.isSensitive)
        guard !change.isSensitive else { return }
        writer.nullable("before", change.before)
        writer.nullable("after", change.after)
    }

    private static func rollout(_ rollout: Rollout, _ writer: inout CanonicalWriter) {
        writer.key("rollout")
        writer.beginObject()
        writer.member("kind", rollout.kind)
        writer.member("desired", rollout.desiredReplicas)
        writer.member("kept", rollout.kept)
        writer.key("replace")
        rollout.replacements.map(\.slot).encode(to: &writer)
        writer.key("add")
        rollout.additions.encode(to: &writer)
        writer.key("remove")
        rollout.removals.map(\.id).encode(to: &writer)
        writer.member("parallelism", rollout.parallelism)
        writer.member("order", rollout.policy.order)
        writer.member("onFailure", rollout.policy.onFailure)
        writer.member("monitor", rollout.policy.monitor)
        writer.member("delay", rollout.policy.delay)
        writer.flag("probed", rollout.isProbed)
        writer.flag("job", rollout.isJob)
        writer.flag("canRollBack", rollout.rollback != nil)
        writer.nullable("nodes", rollout.nodes)
        writer.endObject()
    }
}

extension CanonicalWriter {
    /// A member that is always there; null when there is no value.
    mutating func nullable<Value: CanonicalCodable>(_ name: StaticString, _ value: Value?) {
        key(name)
        if let value { value.encode(to: &self) } else { null() }
    }

    /// A flag that is always there.
    mutating func flag(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// A list of objects that is always there.
    mutating func objects<Element>(
        _ name: StaticString,
        _ elements: [Element],
        _ members: (Element, inout CanonicalWriter) -> Void
    ) {
        key(name)
        beginArray()
        for element in elements {
            beginObject()
            members(element, &self)
            endObject()
        }
        endArray()
    }
}
