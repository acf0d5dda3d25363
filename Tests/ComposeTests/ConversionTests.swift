import Compose
import Foundation
import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import SwarmDriver
import Testing

@Suite("What a conversion decides")
struct ConversionTests {
    @Test("a stack that runs keeps its networks, volumes and secrets, under the names that a swarm has them by")
    func running() async {
        let text = """
            services:
              web:
                image: nginx:1.27
                networks: [front, other]
                secrets: [token, named]
                volumes: ["data:/data"]
              back: {image: "nginx:1.27"}
            networks: {front: {attachable: true}, other: {name: elsewhere}}
            volumes: {data: {}}
            secrets: {token: {file: ./t}, named: {file: ./t, name: its-own}}
            """
        let conversion = await Inputs.convert(text) {
            $0.isRunning = true
            $0.project = "shop"
        }
        #expect(!conversion.diagnostics.hasErrors, "\(conversion.told)")
        for (file, names) in [
            ("networks", ["shop_default", "shop_front", "elsewhere"]), ("volumes", ["shop_data"]),
            ("secrets", ["shop_token", "its-own"]),
        ] {
            let text = conversion.file("manifests/\(file).yaml")
            for name in names {
                #expect(text.contains("spec:\n  external: true\n  name: \(name)\n"), "\(name) in \(text)")
            }
        }
        // What import looks for is what docker stack deploy made.
        #expect(EngineNames.scoped("web", project: conversion.project) == "shop_web")
        #expect(EngineNames.scoped("front", project: conversion.project) == "shop_front")
    }

    @Test("values that Docker's client reads otherwise are told: numbers without quotes, and lines of variable files")
    func values() async {
        let text = """
            services:
              web:
                image: nginx:1.27
                env_file: a.env
                environment: {A: 010, B: 1.20, C: 1e3, D: 0x1F, E: 1_000, F: .5, G: 3.0, H: "010", I: 10, J: 1.5, K: 1.2.3, L: 08}
            """
        let conversion = await Inputs.convert(text) {
            $0.files = OneFile(
                text: text,
                beside: ["/p/a.env": "Y=\"q r\"\nPLAIN=x y\n# no\nZ=1 # two\nW=  sp\n"]
            )
        }
        #expect(!conversion.diagnostics.hasErrors, "\(conversion.told)")
        for name in ["A", "B", "C", "D", "E", "F", "G"] { #expect(conversion.told.contains("environment.\(name)`")) }
        for name in ["H", "I", "J", "K", "L"] { #expect(!conversion.told.contains("environment.\(name)`")) }
        #expect(conversion.told.contains("Y, Z, W"), "\(conversion.told)")
    }

    @Test("variables without a value are empty in the project file, and an error where nothing may be empty")
    func variables() async {
        let text = """
            services:
              web:
                image: nginx:${TAG}
                environment: {A: "${A}", B: "${B:-two}", HOME_OF: "${HOME}", "C": "$$C"}
            """
        let missing = await Inputs.convert(text)
        #expect(missing.files.isEmpty)
        #expect(
            missing.told.contains("compose.yaml:3:12") && missing.told.contains("`TAG` has no value"),
            "\(missing.told)"
        )
        #expect(missing.told.contains("--var TAG=VALUE"))
        let given = await Inputs.convert(text) {
            $0.values = ["TAG": "1.27", "B": "three", "UNUSED": "x"]
            $0.environment = ["HOME": "/root"]
        }
        #expect(given.emptyVariables == ["A"] && given.keptVariables == ["B", "TAG"], "\(given.told)")
        #expect(given.file("orchplan.yaml").hasSuffix("variables:\n  A: ''\n  B: three\n  TAG: '1.27'\n"))
        #expect(given.file("manifests/web.yaml").contains("C: $$C"))
    }

    @Test(
        "units are those of Docker, and written as manifests write them",
        arguments: [
            ("mem_limit: 512m", "memory: 512MiB"), ("mem_limit: 1.5gb", "memory: 1536MiB"),
            ("mem_limit: 1048576", "memory: 1MiB"), ("mem_limit: 100", "memory: 100B"), ("cpus: 0.50", "cpus: 0.5"),
            ("cpus: .25", "cpus: 0.25"), ("stop_grace_period: 1m30s", "stopGracePeriod: 1m30s"),
            ("stop_grace_period: 90000ms", "stopGracePeriod: 90000ms"),
            ("stop_grace_period: 30s1m", "stopGracePeriod: 1m30s"),
            ("mem_limit: \"${MEM:-64m}\"", "memory: \"${MEM:-64MiB}\""),
            ("deploy: {update_config: {parallelism: 0}}", "batch: 100%"),
            ("deploy: {mode: global, update_config: {parallelism: 0}}", "batch: 10000"),
            ("deploy: {restart_policy: {max_attempts: 0, delay: 1s}}", "restart: {delay: 1s}"),
            ("restart: \"no\"", "condition: any"), ("restart: on-failure:4", "maxAttempts: 4"),
            ("healthcheck: {disable: true}", "healthcheck: {command: [NONE]}"),
            ("healthcheck: {test: \"curl -f x || exit 1\"}", "command: [CMD-SHELL, curl -f x || exit 1]"),
            ("healthcheck: {test: [CMD, a], interval: 0s}", "healthcheck:\n    command: [a]\n"),
            ("user: 1000", "user: '1000'"), ("hostname: no", "hostname: 'no'"),
            (
                "command: [a, 22:22, ~x, '{b}', \"c\\nd\"]",
                "command:\n    - a\n    - '22:22'\n    - ~x\n    - '{b}'\n    - |-\n"
            ),
            ("ports: [\"0.0.0.0:80:80\", \"[::]:81:80/tcp\"]", "ports:\n    - '80:80'\n    - '81:80'\n"),
            ("ports: [\"80:80/udp\", \"${P:-80}:81\"]", "- 80:80/udp\n    - ${P:-80}:81\n"),
            ("extra_hosts: {a: 10.0.0.1}", "extraHosts: [a:10.0.0.1]"),
            ("labels: [\"a=${B:-c}\", flag]", "containerLabels:\n    a: ${B:-c}\n    flag: ''\n"),
            ("labels: [\"router.${N:-x}.rule=y\"]", "containerLabels:\n    - router.${N:-x}.rule=y\n"),
            ("volumes: [\"${D:-./d}/x:/x\", \"/a:/b:ro\"]", "- ${D:-../d}/x:/x\n    - /a:/b:ro\n"),
            ("volumes: [\"../d:/x\"]", "- /d:/x\n"), ("volumes: [\"./d/:/x\"]", "- ../d/:/x\n"),
            ("volumes: [\"/sys:/sys:ro\"]", "- /sys:/sys:ro\n"),
            ("tmpfs: /t:size=1m,mode=700", "options: {size: 1MiB, mode: '0700'}"),
            ("depends_on: [web2]", "dependsOn:\n    - {service: web2, condition: started}\n"),
            ("sysctls: [net.x=1]", "sysctls:\n    net.x: '1'\n"),
            ("security_opt: [\"seccomp:unconfined\", \"apparmor=x\"]", "securityOptions: [seccomp:unconfined]"),
        ]
    )
    func fields(_ line: String, _ expected: String) async {
        let text = "services:\n  web:\n    image: nginx:1.27\n    \(line)\n  web2: {image: \"nginx:1.27\"}\n"
        let conversion = await Inputs.convert(text)
        #expect(!conversion.diagnostics.hasErrors, "\(conversion.told)")
        #expect(conversion.file("manifests/web.yaml").contains(expected), "\(conversion.file("manifests/web.yaml"))")
    }

    @Test("a dependency on a service that is left out is left out, too, wherever the two stand")
    func omittedDependency() async {
        let cache = "  cache: {image: \"redis:7\", profiles: [extra]}\n"
        let web =
            "  web:\n    image: nginx:1.27\n"
            + "    depends_on: {cache: {condition: service_started, required: false}}\n"
        for text in [web + cache, cache + web] {
            let conversion = await Inputs.convert("services:\n" + text)
            #expect(!conversion.diagnostics.hasErrors && conversion.files.count == 2 + 1, "\(conversion.told)")
            #expect(conversion.told.contains("`depends_on.cache` is left out"), "\(conversion.told)")
            let manifest = conversion.file("manifests/web.yaml")
            #expect(!manifest.contains("dependsOn:"), "\(manifest)")
            let all = await Inputs.convert("services:\n" + text) { $0.profiles = ["extra"] }
            #expect(all.file("manifests/web.yaml").contains("- {service: cache, condition: started}"), "\(all.told)")
        }
    }

    @Test("every key that is left out is told at its place, and stands in the manifest")
    func losses() async {
        let keys = ["runtime: x", "links: [web]", "x-own: 1", "domainname: d", "oom_score_adj: 1", "mac_address: m"]
        let text = "services:\n  web:\n    image: nginx:1.27\n" + keys.map { "    \($0)\n" }.joined()
        let conversion = await Inputs.convert(text)
        #expect(conversion.losses.count == keys.count && conversion.files.count == 3, "\(conversion.told)")
        for (index, key) in keys.enumerated() {
            let name = key.prefix { $0 != ":" }
            #expect(conversion.told.contains("`\(name)` is left out"))
            #expect(conversion.told.contains("compose.yaml:\(index + 4):5"))
            #expect(conversion.file("manifests/web.yaml").contains("# - `\(name)` is left out: "))
        }
    }

    @Test(
        "what is no Compose file is refused in one sentence",
        arguments: [
            ("", "is empty"), ("- a", "a Compose file is a map"), ("hello", "a Compose file is a map"),
            ("apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: a}\n", "is a manifest already"),
            ("apiVersion: apps/v1\nkind: Deployment\n", "is no Compose file"),
            ("web: {image: x}\n", "has no `services`"), ("services: {}\n", "there are no services"),
            ("services:\n  a: &a {image: x, b: *a}\n", "OP1"), ("services:\n  a: {image: x\n", "OP1"),
            ("services: {a: {image: x}}\n---\nservices: {b: {image: x}}\n", "has one document"),
            ("services: {../a: {image: x}}\n", "cannot be the name of a service"),
        ]
    )
    func refused(_ text: String, _ words: String) async {
        let conversion = await Inputs.convert(text)
        #expect(conversion.files.isEmpty && conversion.told.contains(words), "\(conversion.told)")
    }

    @Test("a service cannot be written over another file of the project")
    func names() async {
        let text = "services:\n  networks: {image: \"nginx:1\"}\n  volumes: {image: \"nginx:1\"}\n"
        let conversion = await Inputs.convert(text)
        let paths = conversion.files.map(\.path)
        #expect(Set(paths).count == paths.count && paths.contains("manifests/networks-service.yaml"), "\(paths)")
    }

    @Test("every driver is chosen for a reason, and the one that is asked for is taken")
    func driver() async {
        let program = "services: {a: {command: sleep 1}}\n"
        #expect(await Inputs.convert(program).driver == "local")
        #expect(await Inputs.convert("services: {a: {command: sleep 1, image: \"x:1\"}}\n").driver == "swarm")
        let asked = await Inputs.convert(program) { $0.driver = "swarm" }
        #expect(asked.driver == "swarm" && asked.told.contains("has no `image`"), "\(asked.told)")
    }

    @Test("anything that a file could hold converts or is refused, and what is converted is right", arguments: 0..<400)
    func anything(_ seed: Int) async {
        var random = SeededGenerator(seed: UInt64(seed))
        let text = RandomStack.text(&random)
        let conversion = await Inputs.convert(text)
        #expect(conversion.files.isEmpty == conversion.diagnostics.hasErrors, "\(text)\n\(conversion.told)")
        for diagnostic in conversion.diagnostics where diagnostic.severity == .error {
            #expect(diagnostic.primary != nil, "an error has a place: \(text)\n\(conversion.told)")
        }
    }
}
