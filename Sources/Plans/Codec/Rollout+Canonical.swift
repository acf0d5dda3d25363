import ResourceModel

extension Rollout: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("kind", kind)
        writer.member("template", template)
        writer.member("desiredReplicas", desiredReplicas)
        writer.member("kept", kept)
        writer.member("replacements", replacements)
        writer.member("additions", additions)
        writer.member("removals", removals)
        writer.member("parallelism", parallelism)
        writer.member("policy", policy)
        writer.member("rollback", rollback)
        writer.member("probed", isProbed)
        writer.member("job", isJob)
        writer.member("nodes", nodes)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(
            kind: try value.required("kind"),
            template: try value.required("template"),
            desiredReplicas: try value.required("desiredReplicas"),
            kept: try value.required("kept"),
            replacements: try value.list("replacements"),
            additions: try value.list("additions"),
            removals: try value.list("removals"),
            parallelism: try value.required("parallelism"),
            policy: try value.required("policy"),
            rollback: try value.optional("rollback"),
            isProbed: try value.flag("probed"),
            isJob: try value.flag("job"),
            nodes: try value.optional("nodes")
        )
    }
}

extension NodeReach: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("eligible", eligible)
        writer.member("ready", ready)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(eligible: try value.required("eligible"), ready: try value.required("ready"))
    }
}

extension InstanceName: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("slot", slot)
        writer.member("id", id)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(slot: try value.required("slot"), id: try value.required("id"))
    }
}

extension SlotReplacement: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("slot", slot)
        writer.member("old", old)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(slot: try value.required("slot"), old: try value.list("old"))
    }
}

extension RollbackPlan: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("resource", resource)
        writer.member("fingerprint", fingerprint)
        writer.member("template", template)
        writer.member("replicas", replicas)
        writer.member("parallelism", parallelism)
        writer.member("policy", policy)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(
            resource: try value.required("resource"),
            fingerprint: try value.required("fingerprint"),
            template: try value.required("template"),
            replicas: try value.required("replicas"),
            parallelism: try value.required("parallelism"),
            policy: try value.required("policy")
        )
    }
}
