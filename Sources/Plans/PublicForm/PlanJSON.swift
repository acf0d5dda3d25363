import ResourceModel

/// The machine-readable form of a plan: what `plan --format json` prints.
///
/// Stable: a minor `formatVersion` only adds members; programs ignore those that they do not know and refuse another
/// major version. It holds no fingerprints and no values of sensitive fields. Members:
///
/// - `formatVersion`: string, now `1.0`.
/// - `project`, `driver`: strings. `serial`: integer, the state that the plan was made from.
/// - `createdAt`, `expiresAt`: RFC 3339 in UTC; `expiresAt` is null when the plan does not expire.
/// - `options`: object of `batch` (integer), `targets` (addresses), `destroy` and `deleteVolumes` (booleans).
/// - `hasChanges`: whether there is any step. `hasErrors`: whether a finding keeps the plan from being applied.
/// - `summary`: object of integers `add`, `change`, `destroy`; a replacement counts as one addition and one destruction.
/// - `unchanged`: integer, resources that are as declared. `batches`: integer.
/// - `steps`: list in an order in which each step comes after those it needs:
///   - `id`: integer, the position in the list. `address`: `kind/name`. `kind`, `name`: its halves.
///   - `action`: `create`, `update`, `replace`, `supersede` (a new immutable object beside the old), `retire` (the old
///     one goes), `delete`, `record` (only the record changes) or `forget` (the record goes, the object stays).
///   - `batch`: integer from 0. `protect`: boolean. `objectName`: string or null: the driver names it, or it will be
///     known after apply, since names of secrets and configs need the project's key, and that is made with the state.
///   - `reasons`: list of `code` (see `StepReason.code`) and `text`, the most important first.
///   - `changes`: list of `path` (below `spec`), `replaces` (whether it forces a replacement), `sensitive`, and, unless
///     sensitive, `before` and `after`: any JSON, null when not set.
///   - `desired`: the whole resource as it is to be, in canonical form (`kind`, `name`, `metadata`, `spec`), or null when
///     it is to go.
///   - `needs`: list of `step` (an id) and `condition` (`started`, `healthy`, `completed`, or null: done).
///   - `rollout`: null, or an object of `kind` (`orchestrated`, `native`), `desired`, `kept`, `replace` (slots), `add`
///     (slots), `remove` (instance ids), `parallelism`, `order`, `onFailure`, `monitor`, `delay`, `probed`, `job`,
///     `canRollBack`, `nodes` (null, or an object of `eligible` and `ready`).
/// - `drift`: list of `address`, `description`, `repaired`.
/// - `findings`: list of `code`, `severity` (`error`, `warning`, `note`), `address`, `message`, `help` (string or null).
/// - `forecast`: object of `minimumDuration` (`1m30s`) and `services`: list of `address`, `healthyBefore`,
///   `fewestHealthy`, `desired`, `minimumDuration`.
package enum PlanJSON {
    package static let formatVersion = "1.0"

    /// How much is written before it is handed over.
    private static let pieceSize = 1 << 20

    package static func encode(_ plan: Plan) -> [UInt8] {
        var text: [UInt8] = []
        encode(plan) { text += $0 }
        return text
    }

    /// Gives the text piece by piece: of a plan of many thousand steps it takes hundreds of megabytes.
    package static func encode(_ plan: Plan, to sink: ([UInt8]) -> Void) {
        var writer = CanonicalWriter(reservingCapacity: 4096)
        writer.beginObject()
        writer.member("formatVersion", formatVersion)
        writer.member("project", plan.project)
        writer.member("driver", plan.driver)
        writer.member("serial", plan.serial)
        writer.member("createdAt", plan.createdAt.text)
        writer.nullable("expiresAt", plan.expiresAt?.text)
        options(plan.options, &writer)
        writer.flag("hasChanges", !plan.isEmpty)
        writer.flag("hasErrors", plan.hasErrors)
        summary(plan, &writer)
        writer.objects("steps", plan.steps) { step, writer in
            Self.step(step, &writer)
            if writer.bytes.count >= pieceSize { writer.drain(to: sink) }
        }
        writer.objects("drift", plan.drift) { item, writer in
            writer.member("address", item.address)
            writer.member("description", item.description)
            writer.flag("repaired", item.isRepaired)
        }
        writer.objects("findings", plan.findings) { finding, writer in
            writer.member("code", finding.code)
            writer.member("severity", finding.severity)
            writer.member("address", finding.address)
            writer.member("message", finding.message)
            writer.nullable("help", finding.help)
        }
        forecast(plan.forecast, &writer)
        writer.endObject()
        writer.drain(to: sink)
    }

    private static func options(_ options: PlanOptions, _ writer: inout CanonicalWriter) {
        writer.key("options")
        writer.beginObject()
        writer.member("batch", options.batch)
        writer.key("targets")
        options.targets.map(\.description).encode(to: &writer)
        writer.flag("destroy", options.destroy)
        writer.flag("deleteVolumes", options.deleteVolumes)
        writer.endObject()
    }

    private static func summary(_ plan: Plan, _ writer: inout CanonicalWriter) {
        let summary = plan.summary
        writer.key("summary")
        writer.beginObject()
        writer.member("add", summary.add)
        writer.member("change", summary.change)
        writer.member("destroy", summary.destroy)
        writer.endObject()
        writer.member("unchanged", plan.unchangedCount)
        writer.member("batches", plan.batchCount)
    }

    private static func forecast(_ forecast: Forecast, _ writer: inout CanonicalWriter) {
        writer.key("forecast")
        writer.beginObject()
        writer.member("minimumDuration", forecast.minimumDuration)
        writer.objects("services", forecast.services) { service, writer in
            writer.member("address", service.address)
            writer.member("healthyBefore", service.healthyBefore)
            writer.member("fewestHealthy", service.fewestHealthy)
            writer.member("desired", service.desired)
            writer.member("minimumDuration", service.minimumDuration)
        }
        writer.endObject()
    }
}
