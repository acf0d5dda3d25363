import Drivers
import ResourceModel

/// A service of a manifest as the engine's service spec.
///
/// Every field is told or is among `Capabilities.swarm`'s unsupported ones. Durations are nanoseconds. Where the engine
/// reads zero as "the default", the nearest value that means zero is sent.
package struct ServiceForward {
    let definition: ServiceDefinition
    let labels: OwnershipLabels
    let names: EngineNames
    let version: EngineVersion

    var spec: ServiceSpec { definition.spec }
    var service: String { definition.resource.address.name }

    /// The body of `/services/create` and `/services/ID/update`.
    ///
    /// - Parameters:
    ///   - labels: What the service will carry; the project is the one that names are scoped by.
    ///   - version: The API's version that the body is sent under: older engines drop what they do not know in silence.
    /// - Throws: `.notFound` for a network, secret or config that `names` lacks; `.invalid` for what the engine would
    ///   refuse, or drop without a word.
    package static func spec(
        _ definition: ServiceDefinition,
        _ labels: OwnershipLabels,
        _ names: EngineNames,
        version: EngineVersion = .oldest
    ) throws(DriverError) -> CanonicalValue {
        let forward = ServiceForward(definition: definition, labels: labels, names: names, version: version)
        return try forward.body()
    }

    /// The body of an update: as `spec`, but what only the engine's own users set is carried over from the live spec.
    ///
    /// `ForceUpdate` counts forced rollouts; a body without it would start one. A stack's name stays at the service, so
    /// that `docker stack` goes on finding it. Instances that were taken over stay while they are as declared.
    package static func carrying(
        _ live: CanonicalValue,
        into body: CanonicalValue,
        names: EngineNames = EngineNames()
    ) -> CanonicalValue {
        AdoptedService.carrying(live, into: carryingRollouts(live, into: body), names: names)
    }

    /// The body of an update that has the engine replace every instance, whatever else it changes.
    static func forced(_ body: CanonicalValue) -> CanonicalValue {
        counting((body.at("TaskTemplate", "ForceUpdate")?.wholeNumber ?? 0) &+ 1, in: body)
    }

    private static func carryingRollouts(_ live: CanonicalValue, into body: CanonicalValue) -> CanonicalValue {
        guard let count = live.at("TaskTemplate", "ForceUpdate")?.wholeNumber, count != 0 else { return body }
        return counting(count, in: body)
    }

    private static func counting(_ count: Int64, in body: CanonicalValue) -> CanonicalValue {
        guard case .object(var members) = body,
            let index = members.firstIndex(where: { $0.key == "TaskTemplate" }),
            case .object(var template) = members[index].value
        else { return body }
        template.removeAll { $0.key == "ForceUpdate" }
        template.append(CanonicalMember(key: "ForceUpdate", value: .integer(count)))
        members[index].value = .object(template)
        return .object(members)
    }

    private func body() throws(DriverError) -> CanonicalValue {
        var task = EngineJSON()
        task.set("ContainerSpec", try container())
        task.some("Resources", try resources())
        task.set("RestartPolicy", restartPolicy())
        task.some("Placement", try placement())
        task.some("Networks", try networks())
        task.some("LogDriver", logging())
        let name = spec.name ?? EngineNames.scoped(service, project: labels.project)
        guard HostName.isValid(name) else {
            throw DriverError(
                .invalid,
                "\(definition.resource.address): the engine takes no service of the name \(name)",
                help: "use letters, digits, - and _ in the names of the project and the service, or give it a `name` of"
                    + " its own"
            )
        }
        var body = EngineJSON()
        body.set("Name", name)
        body.set("Labels", .map(labels.engineLabels(over: spec.labels, name: service)))
        body.set("TaskTemplate", task)
        body.set("Mode", mode())
        // Jobs are refused with update settings.
        if !spec.mode.isJob {
            body.set("UpdateConfig", updateConfig(definition.update))
            body.set("RollbackConfig", updateConfig(definition.rollback))
        }
        body.set("EndpointSpec", try endpoint())
        return body.value
    }

    private func mode() -> CanonicalValue {
        var mode = EngineJSON()
        switch spec.mode {
        case .replicated:
            var replicated = EngineJSON()
            replicated.set("Replicas", definition.replicas)
            mode.set("Replicated", replicated)
        case .global: mode.set("Global", EngineJSON())
        case .replicatedJob:
            var job = EngineJSON()
            job.set("MaxConcurrent", definition.replicas)
            job.set("TotalCompletions", definition.replicas)
            mode.set("ReplicatedJob", job)
        case .globalJob: mode.set("GlobalJob", EngineJSON())
        }
        return mode.value
    }

    /// An error about a field of this service, such as `environment.PASSWORD`.
    func refusal(_ field: String, _ reason: String, help: String? = nil) -> DriverError {
        DriverError(.invalid, "\(definition.resource.address): `\(field)` \(reason)", help: help)
    }

    func missing(_ what: String, _ name: String, _ field: String) -> DriverError {
        DriverError(
            .notFound,
            "\(definition.resource.address): `\(field)` needs the \(what) \(name), which the engine does not have",
            help: "create it first, or remove the mention"
        )
    }
}
