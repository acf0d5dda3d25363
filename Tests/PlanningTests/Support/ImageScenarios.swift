import ResourceModel

/// Situations around what tags stand for.
extension Scenarios {
    static let one = "sha256:" + String(repeating: "1", count: 64)
    static let two = "sha256:" + String(repeating: "2", count: 64)
    static let webImage = "registry.example/web:1"
    static let silence = RegistrySilence(.unreachable, registry: "registry.example", reason: "connection refused")

    /// Two services that were applied while the registry told what their tags stand for.
    static var pinned: Scene {
        var scene = Scene([Make.service("api"), Make.service("web", replicas: 2)])
        scene.capabilities.resolvesImages = true
        scene.images.answers = [webImage: .digest(one), "registry.example/api:1": .digest(one)]
        return scene.applied()
    }

    /// The same, applied by who asked no registry.
    static var unpinned: Scene {
        var scene = Scene([Make.service("api"), Make.service("web", replicas: 2)])
        scene.capabilities.resolvesImages = true
        scene = scene.applied()
        scene.images = pinned.images
        return scene
    }

    /// No registry answers any more.
    static func silent(_ scene: Scene, _ change: (inout Scene) -> Void = { _ in }) -> Scene {
        from(scene) {
            change(&$0)
            for image in $0.declared.compactMap({ $0.spec.service?.image }) {
                $0.images.answers[image] = .silence(silence)
            }
        }
    }

    static var images: [(String, Scene)] {
        [
            ("tags as they were", pinned),
            ("a tag was moved", from(pinned) { $0.images.answers[webImage] = .digest(two) }),
            (
                "a tag was moved, and the manifest changed",
                from(pinned) {
                    $0.images.answers[webImage] = .digest(two)
                    $0.edit("web") { $0.environment["LOG_LEVEL"] = .text("debug") }
                }
            ),
            (
                "a tag was moved, and content stays",
                from(pinned) {
                    $0.images.answers[webImage] = .digest(two)
                    $0.images.keepsRecorded = true
                }
            ),
            ("no registry answers", silent(pinned)),
            (
                "no registry answers, and a new image",
                silent(pinned) { $0.edit("web") { $0.image = "registry.example/web:2" } }
            ),
            (
                "no registry answers, and an image that another service has",
                silent(pinned) { $0.edit("api") { $0.image = webImage } }
            ),
            ("no registry was asked", from(pinned) { $0.images = ImageDigests() }),
            ("applied unpinned", unpinned),
            ("applied unpinned, and scaled", from(unpinned) { $0.edit("web") { $0.replicas = 3 } }),
            (
                "applied unpinned, and changed",
                from(unpinned) { $0.edit("web") { $0.environment["LOG_LEVEL"] = .text("debug") } }
            ),
            (
                "applied unpinned, and gone",
                from(unpinned) { $0.inventory.services.removeAll { $0.address.name == "web" } }
            ),
            (
                "an image that another system sets",
                from(pinned) {
                    $0.edit("web") { $0.ignoreChanges = ["image"] }
                    $0 = $0.applied()
                    $0.images.answers[webImage] = .digest(two)
                }
            ),
            (
                "back to what a revision ran",
                from(pinned) {
                    $0.images.answers[webImage] = .digest(two)
                    $0 = $0.applied()
                    $0.images = ImageDigests()
                    $0.edit("web") { $0.imageDigest = one }
                }
            ),
            (
                "a driver that resolves no images",
                from(pinned) {
                    $0.edit("web") { $0.image = "registry.example/web:2" }
                    $0.capabilities.resolvesImages = false
                }
            ),
        ]
    }
}
