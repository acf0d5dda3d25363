import Plans
import ResourceModel

/// Situations whose plans are compared with their golden text.
enum Scenarios {
    /// A small shop that has been applied.
    static var shop: Scene {
        Scene([
            Make.network("front"), Make.volume("data"), Make.secret("pw"), Make.config("conf", "a = 1"),
            Make.service("db", networks: ["front"]) {
                $0.mounts = [MountSpec(type: .volume, source: "data", target: "/data")]
                $0.environment["PASSWORD"] = .secret(name: "pw", object: nil)
            },
            Make.service("web", replicas: 3, needs: ["db"], networks: ["front"]) {
                $0.environment["LOG_LEVEL"] = .text("info")
                $0.configs = [FileReference(source: "conf", target: "/etc/conf")]
                var port = PortSpec()
                port.name = "http"
                port.target = 80
                port.published = PortRange(8080, 8080)
                $0.ports = [port]
            },
        ])
        .applied()
    }

    static func from(_ scene: Scene, _ change: (inout Scene) -> Void) -> Scene {
        var copy = scene
        change(&copy)
        return copy
    }

    static var all: [(String, Scene)] {
        basics + contents + replacements + removals + interruptions + drifts + selections + images
    }

    private static var basics: [(String, Scene)] {
        [
            ("create", Scene(shop.declared)),
            ("nothing to do", shop),
            ("environment", from(shop) { $0.edit("web") { $0.environment["LOG_LEVEL"] = .text("debug") } }),
            ("published port", from(shop) { $0.edit("web") { $0.ports[0].published = PortRange(9090, 9090) } }),
            ("scale up", from(shop) { $0.edit("web") { $0.replicas = 5 } }),
            ("scale down", from(shop) { $0.edit("web") { $0.replicas = 1 } }),
            ("planning fields only", from(shop) { $0.edit("web") { $0.update = UpdatePolicy() } }),
            ("protect only", from(shop) { $0.declared[1].protect = true }),
            ("mode", from(shop) { $0.edit("web") { $0.mode = .global } }),
            (
                "batch caps the rollout",
                from(shop) {
                    $0.options.batch = 2
                    $0.edit("web") {
                        $0.image = "registry.example/web:2"
                        $0.update = UpdatePolicy()
                        $0.update?.batch = .percent(100)
                    }
                }
            ),
        ]
    }

    private static var contents: [(String, Scene)] {
        [
            ("config content", from(shop) { $0.declared[3] = Make.config("conf", "a = 2") }),
            (
                "secret content",
                from(shop) { $0.secrets.digests["pw"] = Fingerprint(text: String(repeating: "ab", count: 32)) }
            ),
        ]
    }

    private static var replacements: [(String, Scene)] {
        [
            (
                "network replaced",
                from(shop) { $0.declared[0] = Make.network("front") { $0.driver = "overlay" } }
            ),
            (
                "network replaced under a protected service",
                from(shop) {
                    $0.declared[0] = Make.network("front") { $0.driver = "overlay" }
                    $0.declared[5].protect = true
                }
            ),
            ("volume replaced", from(shop) { $0.declared[1] = Make.volume("data") { $0.driver = "nfs" } }),
        ]
    }

    private static var removals: [(String, Scene)] {
        [
            ("service removed", from(shop) { $0.remove(.init(.service, "web")) }),
            (
                "everything but the network removed",
                from(shop) { $0.declared = [Make.network("front")] }
            ),
            (
                "protected service removed",
                from(shop) {
                    $0.declared[4].protect = true
                    $0 = $0.applied()
                    $0.declared = [Make.network("other")]
                }
            ),
            ("nothing declared", from(shop) { $0.declared = [] }),
            ("destroy", from(shop) { $0.options.destroy = true }),
            (
                "destroy with volumes",
                from(shop) {
                    $0.options.destroy = true
                    $0.options.deleteVolumes = true
                }
            ),
            (
                "destroy protected",
                from(shop) {
                    $0.declared[4].protect = true
                    $0 = $0.applied()
                    $0.options.destroy = true
                }
            ),
        ]
    }

    private static var interruptions: [(String, Scene)] {
        let web2 = from(shop) { $0.edit("web") { $0.image = "registry.example/web:2" } }
        let done = web2.applied()
        return [
            (
                "created, not recorded",
                from(shop) {
                    $0.recorded.attempted = Set($0.recorded.resources.map(\.address))
                    $0.recorded.resources = []
                }
            ),
            (
                "created by the cluster, and never healthy",
                from(shop) {
                    $0.capabilities.nativeRollout = true
                    $0.recorded.resources.removeAll { $0.address.name == "web" }
                    $0.live("web") { $0.instances[0].isHealthy = false }
                }
            ),
            ("updated, not recorded", from(done) { $0.recorded = shop.recorded }),
            (
                "updated by the cluster, and not healthy yet",
                from(done) {
                    $0.capabilities.nativeRollout = true
                    $0.recorded = shop.recorded
                    $0.live("web") { $0.instances[0].phase = .backoff }
                    $0.live("web") { $0.instances[0].isHealthy = false }
                }
            ),
            (
                "half rolled out",
                from(web2) {
                    let after = done.inventory.services[1]
                    $0.live("web") {
                        $0.labels = after.labels
                        $0.template = after.template
                        $0.instances[0] = after.instances[0]
                    }
                }
            ),
            (
                "start-first left two in a slot",
                from(web2) {
                    let after = done.inventory.services[1]
                    $0.live("web") {
                        $0.labels = after.labels
                        $0.template = after.template
                        $0.instances.append(after.instances[1])
                    }
                }
            ),
        ]
    }

    private static func editByHand(_ web: inout ObservedService) {
        web.edits = [
            LiveEdit(
                path: "image",
                applied: .string("registry.example/web:1"),
                live: .string("registry.example/web:9")
            ),
            LiveEdit(path: "environment.LOG_LEVEL", applied: .string("info"), live: .string("trace")),
        ]
    }

    private static var drifts: [(String, Scene)] {
        [
            ("instance gone", from(shop) { $0.live("web") { $0.instances.removeFirst() } }),
            ("instance failed", from(shop) { $0.live("web") { $0.instances[1].phase = .failed } }),
            ("edited by hand", from(shop) { $0.live("web", editByHand) }),
            (
                "edited by hand, and changed here too",
                from(shop) {
                    $0.live("web", editByHand)
                    $0.edit("web") { $0.image = "registry.example/web:2" }
                }
            ),
            (
                "edited by hand in fields that are another system's",
                from(shop) {
                    $0.edit("web") { $0.ignoreChanges = ["environment", "image"] }
                    $0 = $0.applied()
                    $0.live("web", editByHand)
                }
            ),
            ("scaled by hand", from(shop) { $0.live("web") { $0.desiredReplicas = 7 } }),
            ("network gone", from(shop) { $0.inventory.objects.removeAll { $0.address.kind == .network } }),
            (
                "another network in its place",
                from(shop) { scene in
                    for index in scene.inventory.objects.indices
                    where scene.inventory.objects[index].address.kind == .network {
                        scene.inventory.objects[index].edits = [
                            LiveEdit(path: "attachable", applied: .bool(false), live: .bool(true))
                        ]
                    }
                }
            ),
            ("volume gone", from(shop) { $0.inventory.objects.removeAll { $0.address.kind == .volume } }),
            (
                "scaled by an autoscaler",
                from(shop) {
                    $0.edit("web") { $0.ignoreChanges = ["replicas", "environment.LOG_LEVEL"] }
                    $0 = $0.applied()
                    $0.edit("web") {
                        $0.replicas = 2
                        $0.environment["LOG_LEVEL"] = .text("debug")
                        $0.image = "registry.example/web:2"
                    }
                    $0.live("web") {
                        $0.desiredReplicas = 4
                        var fourth = $0.instances[0]
                        fourth.id = "web.4.x"
                        fourth.slot = 4
                        $0.instances.append(fourth)
                    }
                }
            ),
        ]
    }

    private static var selections: [(String, Scene)] {
        [
            ("target", from(Scene(shop.declared)) { $0.options.targets = [.init(.service, "db")] }),
            ("unknown target", from(shop) { $0.options.targets = [.init(.service, "front")] }),
            (
                "cycle",
                from(shop) {
                    $0.edit("db") { $0.dependsOn = [ServiceDependency(service: "web", condition: .started)] }
                }
            ),
            (
                "two on one port",
                from(shop) { scene in
                    let ports = scene.declared[5].spec.service?.ports ?? []
                    scene.declared.append(Make.service("other") { $0.ports = ports })
                }
            ),
        ]
    }
}
