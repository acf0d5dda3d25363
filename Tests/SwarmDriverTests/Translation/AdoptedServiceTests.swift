import OrchplanTestSupport
import ResourceModel
import SwarmDriver
import Testing

/// A service as `docker stack deploy` leaves it, and what is declared in its place.
private enum Adopted {
    /// What Docker's client sends of its own accord, over what is declared.
    static func stacked(_ spec: ServiceSpec) throws -> CanonicalValue {
        let own = try VariedServices.forward("web", spec)
        var container = own["TaskTemplate"]?["ContainerSpec"] ?? .null
        let image = container["Image"]?.string ?? ""
        container = container.with("Labels", .object([member("com.docker.stack.namespace", "shop")]))
        if !image.contains("@") { container = container.with("Image", .string("\(image)@\(digest)")) }
        let platform = CanonicalValue.object([member("Architecture", "amd64"), member("OS", "linux")])
        let placement = CanonicalValue.object([CanonicalMember(key: "Platforms", value: .array([platform]))])
        let task = (own["TaskTemplate"] ?? .null).with("ContainerSpec", container).with("Placement", placement)
        let labels = CanonicalValue.object([
            member("com.docker.stack.image", image), member("com.docker.stack.namespace", "shop"),
        ])
        return own.with("TaskTemplate", task).with("Labels", labels)
    }

    static let digest = "sha256:" + String(repeating: "4", count: 64)

    static func member(_ key: String, _ text: String) -> CanonicalMember {
        CanonicalMember(key: key, value: .string(text))
    }
}

extension CanonicalValue {
    fileprivate func with(_ key: String, _ value: CanonicalValue) -> CanonicalValue {
        .object((object ?? []).filter { $0.key != key } + [CanonicalMember(key: key, value: value)])
    }
}

@Suite("services that others made")
struct AdoptedServiceTests {
    private static let spec = VariedServices.service { $0.environment["LEVEL"] = .text("1") }
    private static let template = Fingerprint(text: String(repeating: "7", count: 64))

    private func differences(_ declared: ServiceSpec, live: CanonicalValue) throws -> [String] {
        let sent = try VariedServices.forward("web", declared)
        return AdoptedService.differences(sent: sent, live: live, names: VariedServices.names).map(\.field)
    }

    private func adopted(_ spec: ServiceSpec, imported fields: [String] = []) throws -> CanonicalValue {
        let labels = VariedServices.labels(.service, "web")
        return AdoptedService.labelled(
            try Adopted.stacked(spec),
            labels,
            template: Self.template,
            imported: fields
        )
    }

    @Test("what Docker's client adds is no difference until something is declared in its place")
    func additions() throws {
        let live = try Adopted.stacked(Self.spec)
        #expect(try differences(Self.spec, live: live) == [])
        var declared = Self.spec
        declared.image = "orchplan/test:2"
        declared.platform = "linux/arm64"
        declared.containerLabels["com.docker.stack.namespace"] = "mine"
        declared.labels["com.docker.stack.namespace"] = "mine"
        let told: Set = [
            "image", "platform", "containerLabels.com.docker.stack.namespace", "labels.com.docker.stack.namespace",
        ]
        #expect(Set(try differences(declared, live: live)) == told)
        declared = Self.spec
        declared.environment["LEVEL"] = .text("2")
        #expect(try differences(declared, live: live) == ["environment.LEVEL"])
    }

    @Test("an image with a digest of its own, or of another tag, is another image")
    func images() throws {
        let live = try Adopted.stacked(VariedServices.service { $0.image = "nginx" })
        for (image, isOther) in [
            ("nginx", false), ("nginx:latest", false), ("docker.io/library/nginx", false), ("nginx:1", true),
            ("nginx@sha256:" + String(repeating: "5", count: 64), true), ("nginx@\(Adopted.digest)", false),
        ] {
            let found = try differences(VariedServices.service { $0.image = image }, live: live)
            #expect(found == (isOther ? ["image"] : []), "\(image): \(found)")
        }
    }

    @Test("taking over writes at the service and nowhere else")
    func labels() throws {
        let live = try Adopted.stacked(Self.spec)
        let labelled = AdoptedService.labelled(
            live,
            VariedServices.labels(.service, "web"),
            template: Self.template,
            imported: ["image", "update.batch"]
        )
        #expect(labelled["TaskTemplate"] == live["TaskTemplate"])
        #expect(labelled.with("Labels", .null) == live.with("Labels", .null))
        #expect(AdoptedService.template(labelled) == Self.template.text)
        #expect(AdoptedService.importedFields(labelled) == ["image", "update.batch"])
        for key in ["orchplan.project", "orchplan.address", "orchplan.fingerprint", "com.docker.stack.namespace"] {
            #expect(labelled["Labels"]?[key] != nil, "\(key)")
        }
        #expect(try differences(Self.spec, live: labelled) == [])
    }

    @Test("instances stay through an update that is not about them, and the stack's name through every one")
    func carrying() throws {
        let live = try adopted(Self.spec)
        var relabelled = Self.spec
        relabelled.labels["tier"] = "front"
        relabelled.update = UpdatePolicy()
        relabelled.update?.delay = .seconds(3)
        let names = VariedServices.names
        let soft = ServiceForward.carrying(live, into: try VariedServices.forward("web", relabelled), names: names)
        #expect(soft["TaskTemplate"] == live["TaskTemplate"])
        #expect(soft["Labels"]?["tier"]?.string == "front")
        #expect(AdoptedService.template(soft) == Self.template.text)
        #expect(soft["Labels"]?["com.docker.stack.namespace"]?.string == "shop")

        var changed = Self.spec
        changed.environment["LEVEL"] = .text("2")
        let sent = try VariedServices.forward("web", changed)
        let hard = ServiceForward.carrying(live, into: sent, names: names)
        #expect(hard["TaskTemplate"] == sent["TaskTemplate"])
        #expect(AdoptedService.template(hard) == nil)
        #expect(hard["Labels"]?["com.docker.stack.namespace"]?.string == "shop")
        #expect(hard["Labels"]?["com.docker.stack.image"] == nil, "it is about an image that runs no more")
    }

    @Test("tasks say nothing of their template, and are told apart all the same")
    func tasks() throws {
        let live = try adopted(Self.spec)
        let service = CanonicalValue.object([CanonicalMember(key: "Spec", value: live)])
        let current = CurrentTemplate(service)
        let template = try #require(live["TaskTemplate"])
        let older = template.with("ContainerSpec", (template["ContainerSpec"] ?? .null).with("Image", .string("a:0")))
        let label = { (task: CanonicalValue) in
            task["Spec"]?["ContainerSpec"]?["Labels"]?["orchplan.template"]?.string
        }
        for (spec, expected) in [(template, Self.template.text), (older, "other-than-\(Self.template.text)")] {
            let task = CanonicalValue.object([CanonicalMember(key: "Spec", value: spec)])
            #expect(label(current.marked(task)) == expected)
        }
        // A task that orchplan's own rollout began says what it is.
        let own = CanonicalValue.object([
            CanonicalMember(key: "Spec", value: try VariedServices.forward("web", Self.spec)["TaskTemplate"] ?? .null)
        ])
        #expect(current.marked(own) == own)
    }

    @Test("a config's file is below the root with or without a slash")
    func configFiles() throws {
        let spec = VariedServices.service { spec in
            spec.configs = [FileReference(source: "conf")]
            spec.configs[0].object = "conf-1"
        }
        let sent = try VariedServices.forward("web", spec)
        let text = CanonicalText(sent).text.replacing(#""Name":"/conf""#, with: #""Name":"conf""#)
        let live = try CanonicalReader.parse(text.utf8)
        #expect(live != sent)
        #expect(SpecDrift.fields(sent: sent, live: live, names: VariedServices.names) == [])
    }
}
