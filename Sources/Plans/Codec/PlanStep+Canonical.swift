import ResourceModel

extension PlanStep: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("address", address)
        writer.member("action", action)
        writer.member("reasons", reasons)
        writer.member("changes", changes)
        writer.member("before", before)
        writer.member("after", after)
        writer.member("beforeFingerprint", beforeFingerprint)
        writer.member("afterFingerprint", afterFingerprint)
        writer.member("objectName", objectName)
        writer.member("protect", protect)
        writer.member("needs", needs)
        writer.member("batch", batch)
        writer.member("rollout", rollout)
        writer.member("preconditions", preconditions)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        let address = try value.address("address")
        self.init(
            id: try value.required("id"),
            address: address,
            action: try value.required("action"),
            reasons: try value.list("reasons"),
            changes: try value.list("changes"),
            before: try value.optional("before"),
            after: try value.resource("after", address),
            beforeFingerprint: try value.optional("beforeFingerprint"),
            afterFingerprint: try value.optional("afterFingerprint"),
            objectName: try value.optional("objectName"),
            protect: try value.flag("protect"),
            needs: try value.list("needs"),
            batch: try value.required("batch"),
            rollout: try value.optional("rollout"),
            preconditions: try value.list("preconditions")
        )
    }
}

extension StepNeed: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("step", step)
        writer.member("condition", condition)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(step: try value.required("step"), condition: try value.optional("condition"))
    }
}

extension Precondition: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("address", address)
        writer.member("fingerprint", fingerprint)
        writer.member("revision", revision)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(
            address: try value.address("address"),
            fingerprint: try value.optional("fingerprint"),
            revision: try value.required("revision")
        )
    }
}

extension FieldChange: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("path", path)
        writer.member("before", before)
        writer.member("after", after)
        writer.member("replaces", forcesReplacement)
        writer.member("sensitive", isSensitive)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(
            path: try value.required("path"),
            before: value["before"],
            after: value["after"],
            forcesReplacement: try value.flag("replaces"),
            isSensitive: try value.flag("sensitive")
        )
    }
}
