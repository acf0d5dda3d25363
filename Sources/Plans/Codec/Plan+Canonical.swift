import ResourceModel

extension Plan: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("project", project)
        writer.member("lineage", lineage)
        writer.member("serial", serial)
        writer.member("createdAt", Int(createdAt.milliseconds))
        writer.member("expiresAt", expiresAt.map { Int($0.milliseconds) })
        writer.member("driver", driver)
        writer.member("options", options)
        writer.member("steps", steps)
        writer.member("unchanged", unchangedCount)
        writer.member("drift", drift)
        writer.member("findings", findings)
        writer.member("forecast", forecast)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        let created: Int = try value.required("createdAt")
        let expires: Int? = try value.optional("expiresAt")
        self.init(
            project: try value.required("project"),
            lineage: try value.required("lineage"),
            serial: try value.required("serial"),
            createdAt: Timestamp(milliseconds: Int64(created)),
            expiresAt: expires.map { Timestamp(milliseconds: Int64($0)) },
            driver: try value.required("driver"),
            options: try value.required("options"),
            steps: try value.list("steps"),
            unchangedCount: try value.required("unchanged"),
            drift: try value.list("drift"),
            findings: try value.list("findings"),
            forecast: try value.required("forecast")
        )
    }
}

extension PlanOptions: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("batch", batch)
        writer.member("targets", targets.map(\.description))
        writer.member("destroy", destroy)
        writer.member("deleteVolumes", deleteVolumes)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init()
        batch = try value.required("batch")
        let texts: [String] = try value.list("targets")
        for text in texts {
            guard let target = ResourceAddress(parsing: text) else {
                throw CanonicalError("expected an address such as service/web", path: ["targets"])
            }
            targets.append(target)
        }
        destroy = try value.flag("destroy")
        deleteVolumes = try value.flag("deleteVolumes")
    }
}

extension DriftItem: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("address", address)
        writer.member("description", description)
        writer.member("repaired", isRepaired)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(
            address: try value.address("address"),
            description: try value.required("description"),
            isRepaired: try value.flag("repaired")
        )
    }
}

extension PlanFinding: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("code", code)
        writer.member("severity", severity)
        writer.member("address", address)
        writer.member("message", message)
        writer.member("help", help)
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(
            code: try value.required("code"),
            severity: try value.required("severity"),
            address: try value.address("address"),
            message: try value.required("message"),
            help: try value.optional("help")
        )
    }
}

extension Forecast: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("services", services)
        writer.member("nanoseconds", Int(minimumDuration.nanoseconds))
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(services: try value.list("services"), minimumDuration: try value.duration("nanoseconds"))
    }
}

extension ServiceForecast: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        writer.member("address", address)
        writer.member("healthyBefore", healthyBefore)
        writer.member("fewestHealthy", fewestHealthy)
        writer.member("desired", desired)
        writer.member("nanoseconds", Int(minimumDuration.nanoseconds))
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        self.init(
            address: try value.address("address"),
            healthyBefore: try value.required("healthyBefore"),
            fewestHealthy: try value.required("fewestHealthy"),
            desired: try value.required("desired"),
            minimumDuration: try value.duration("nanoseconds")
        )
    }
}
