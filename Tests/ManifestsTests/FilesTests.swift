import ResourceModel
import Testing

@testable import Manifests

@Suite("Paths that lead out of the project")
struct OutsideTests {
    @Test("a mount that climbs out says where it leads; absolute ones and those inside say nothing")
    func mounts() async {
        let mounts = [
            "'../../data:/d'", "{type: bind, source: ../../data, target: /d}", "'../inside/../../data:/d:ro'",
        ]
        for mount in mounts {
            let result = await compile(service("web", "image: a:1\nmounts:\n  - \(mount)"))
            #expect(result.codes == ["outside-mount"] && result.graph != nil, "\(result.text)")
            #expect(result.diagnostics.first?.severity == .warning)
            #expect(result.diagnostics.first?.message.hasSuffix("it is `/data`") == true, "\(result.text)")
            #expect(result.text.contains("test.yaml:9:"), "\(result.text)")
        }
        for mount in ["'/data:/d'", "'../manifests:/d'", "'./:/d'", "{type: bind, source: /data/../x, target: /d}"] {
            let result = await compile(service("web", "image: a:1\nmounts:\n  - \(mount)"))
            #expect(!result.codes.contains("outside-mount"), "\(result.text)")
        }
    }

    @Test("the paths of envFiles take variables, alone and in a list")
    func envFiles() async {
        for files in ["${TIER}.env", "['${TIER}.env']"] {
            let result = await compile(
                ["test.yaml": service("web", "image: a:1\nenvFiles: \(files)"), "prod.env": "A=1\n"],
                variables: ["TIER": "prod"]
            )
            #expect(result.service()?.environment == ["A": .text("1")], "\(result.text)")
        }
    }
}

@Suite("Files are found, and bad ones are refused")
struct FilesTests {
    @Test("directories are walked in order; hidden files, other endings and the project file are skipped")
    func discovery() async {
        let volume = { (name: String) in "apiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: \(name)}\nspec: {}\n"
        }
        let result = await compile([
            "b.yaml": volume("b"), "a/x.yml": volume("x"),
            "conf.json": "{\"port\": 80}", ".hidden/z.yaml": volume("z"), ".z.yaml": volume("z"), "notes.txt": "no",
            "orchplan.yaml": "project: x\n",
        ])
        #expect(result.graph?.resources.map(\.address.name) == ["b", "x"], "\(result.text)")
        #expect(result.sources.files.map(\.path) == ["a/x.yml", "b.yaml"])
    }

    @Test("a link to a folder that holds it adds nothing, and one to a neighbour is the same file under two paths")
    func loops() async {
        let volume = "apiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: v}\nspec: {}\n"
        let loop = await compile(["d/a.yaml": volume, "d/e/b.txt": ""]) { files, _ in
            files.links["/p/manifests/d/e/up"] = "/p/manifests/d"
        }
        #expect(loop.diagnostics.isEmpty && loop.fileCount == 1, "\(loop.text)")
        let twice = await compile(["d/a.yaml": volume]) { files, _ in
            files.links["/p/manifests/e"] = "/p/manifests/d"
            files.links["/p/manifests/e/a.yaml"] = "/p/manifests/d/a.yaml"
        }
        #expect(twice.codes == ["file-given-twice"], "\(twice.text)")
    }

    @Test("sources and roots that are not there are told where instances run on this machine, as warnings")
    func missing() async {
        let text = service("web", "image: a:1\ncommand: [a]\nmounts: [\"/nowhere/x:/x\"]\nrootfs: rel")
        var local = Capabilities(driver: "local", nativeRollout: false)
        local.requiresCommand = true
        let here = await compile(["a.yaml": text], capabilities: local)
        #expect(here.codes == ["missing-content", "missing-content"] && here.graph != nil, "\(here.text)")
        let elsewhere = await compile(["a.yaml": text.replacing("rootfs: rel", with: "")])
        #expect(elsewhere.codes.isEmpty, "\(elsewhere.text)")
    }

    @Test("JSON is read when it is named, and a path that does not exist is compared with what lies beside it")
    func named() async {
        let json = #"{"apiVersion": "orchplan/v1", "kind": "Volume", "metadata": {"name": "j"}, "spec": {}}"#
        let result = await compile(["y.json": json]) { $1.paths = ["/p/manifests/y.json"] }
        #expect(result.graph?.resources.map(\.address.name) == ["j"], "\(result.text)")
        let missing = await compile(["nosuch.yaml": json]) { $1.paths = ["/p/manifests/nosach.yaml"] }
        #expect(missing.text.contains("did you mean `nosuch.yaml`?"))
    }

    @Test("an empty, missing or unreadable directory is an error, never an empty system")
    func nothing() async {
        #expect(await compile(["notes.txt": ""]).codes == ["no-manifests"])
        #expect(await compile([:]).codes == ["unreadable-file"])
        let result = await compile(["a.yaml": service("web", "image: a:1")]) { files, _ in
            files.unreadable = ["/p/manifests"]
        }
        #expect(result.codes == ["unreadable-file"])
        #expect(result.graph == nil)
        let file = await compile([
            "a.yaml": service("web", "image: a:1"), "b.yaml": service("b", "image: a:1\ndependsOn: [c]"),
        ]) { files, _ in
            files.unreadable = ["/p/manifests/a.yaml"]
        }
        #expect(file.codes == ["unreadable-file"], "what the unreadable file may declare is not missing too")
    }

    @Test("the same file twice, pipes and standard input")
    func unusual() async {
        let text = service("web", "image: a:1")
        #expect(
            await compile(["a.yaml": text]) { files, _ in files.links = ["/p/manifests/b.yaml": "/p/manifests/a.yaml"] }
                .codes == ["file-given-twice"]
        )
        #expect(
            await compile(["a.yaml": text]) { files, _ in files.special = ["/p/manifests/pipe.yaml"] }.codes
                .contains("not-a-regular-file")
        )
        let input = await compile([:]) { files, request in
            files.input = text
            request.paths = ["-"]
        }
        #expect(input.graph != nil, "\(input.text)")
        #expect(await compile([:]) { _, request in request.paths = ["-"] }.codes == ["no-document"])
    }

    @Test("links and paths of the project that lead out of it are refused, paths that a person gave are not")
    func outside() async {
        let text = service("web", "image: a:1")
        let away = ["/etc/secret": "root:x:0", "/other/web.yaml": text]
        let link = await compile(["a.yaml": text]) { files, _ in
            files.files.merge(away) { $1 }
            files.links = ["/p/manifests/b.yaml": "/etc/secret", "/p/manifests/notes.txt": "/etc/secret"]
        }
        #expect(link.codes == ["outside-project"], "\(link.text)")
        #expect(!link.text.contains("root:x"))
        let overlay = await compile(["a.yaml": text], overlays: ["web.yaml": text]) { files, _ in
            files.files.merge(away) { $1 }
            files.links = ["/p/overlays/b.yaml": "/etc/secret"]
        }
        #expect(overlay.codes == ["outside-project"], "\(overlay.text)")
        for isGiven in [true, false] {
            let named = await compile([:]) { files, request in
                files.files.merge(away) { $1 }
                files.links = ["/other/link.yaml": "/etc/secret"]
                files.files["/p/manifests/x"] = ""
                request.paths = ["/other"]
                request.pathsAreGiven = isGiven
            }
            #expect(named.codes == ["outside-project"], "\(named.text)")
            #expect(named.partial.resources.count == (isGiven ? 1 : 0), "the file itself may be given")
        }
    }

    @Test("what is given twice, or not at all, is said once")
    func twice() async {
        let text = service("web", "image: a:1")
        func codes(_ paths: [String], _ input: String = "") async -> [String] {
            await compile(["a.yaml": text]) { files, request in
                files.input = input
                request.paths = paths
            }
            .codes
        }
        #expect(await codes(["/p/manifests", "/p/manifests"]) == ["file-given-twice"])
        #expect(await codes(["/p/manifests", "/p/manifests/a.yaml"]) == ["file-given-twice"])
        #expect(await codes(["-", "-"], text) == ["file-given-twice"])
        #expect(await codes([]) == ["no-manifests"])
    }

    @Test("content stays inside the project, is regular and of a fit size")
    func content() async {
        let config = "apiVersion: orchplan/v1\nkind: Config\nmetadata: {name: c}\nspec: {file: app.conf}\n"
        let secret = "---\napiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: s}\nspec: {file: key}\n"
        let good = await compile(["a.yaml": config + secret]) { files, _ in
            files.files["/p/manifests/app.conf"] = "hello"
            files.files["/p/manifests/key"] = "secret"
        }
        #expect(good.diagnostics.isEmpty, "\(good.text)")
        #expect(
            good.graph?.resources.first { $0.address.kind == .config }?.spec.config?.content?.bytes
                == Array("hello".utf8)
        )
        #expect(
            good.graph?.resources.first { $0.address.kind == .secret }?.spec.secret?.source == .file("manifests/key")
        )
        let bad = await compile(["a.yaml": config + secret]) { files, _ in
            files.files["/etc/x"] = "x"
            files.links = ["/p/manifests/app.conf": "/etc/x"]
            files.special = ["/p/manifests/key"]
        }
        #expect(bad.codes == ["outside-project", "not-a-regular-file"], "\(bad.text)")
        let odd = await compile(["a.yaml": secret]) { files, _ in
            files.files["/p/manifests/key"] = ""
            files.modes["/p/manifests/key"] = 0o644
        }
        #expect(odd.codes == ["content-size", "open-secret-file"])
        #expect(await compile(["a.yaml": config]).codes == ["missing-content"])
        let large = await compile(["a.yaml": config]) { files, _ in
            files.files["/p/manifests/app.conf"] = String(repeating: "x", count: 1_100_000)
        }
        #expect(large.codes == ["content-size"])
    }

    @Test("files of environment variables, which the manifest's own win over")
    func envFiles() async {
        let result = await compile(["a.yaml": service("web", "image: a:1\nenvFiles: [web.env]\nenvironment: {A: own}")])
        { files, _ in
            files.files["/p/manifests/web.env"] = "# comment\nA=file\nexport B='single $X'\nC=\"a\\nb\" \nD=x # y\n\nE="
        }
        #expect(result.graph != nil, "\(result.text)")
        #expect(
            result.service()?.environment == [
                "A": .text("own"), "B": .text("single $X"), "C": .text("a\nb"), "D": .text("x"), "E": .text(""),
            ]
        )
        let bad = await compile(["a.yaml": service("web", "image: a:1\nenvFiles: web.env")]) { files, _ in
            files.files["/p/manifests/web.env"] = "nonsense\nA='open"
        }
        #expect(bad.codes == ["bad-env-file", "bad-env-file"])
        let unusable = await compile(["a.yaml": service("web", "image: a:1\nenvFiles: [web.env]")]) { files, _ in
            files.files["/p/manifests/web.env"] = "A=1\nB=x\0y"
        }
        #expect(unusable.codes == ["bad-env-file"])
        #expect(unusable.text.contains("line 2 of `web.env` holds a NUL character"))
        #expect(EnvFile.unusableLines([0x41, 0x3D, 0xFF, 0x0A, 0x42]) == [.init(line: 1, reason: "is not UTF-8")])
    }

    @Test("the result is the same however many tasks work, and faults keep their order")
    func parallel() async {
        var files: [String: String] = [:]
        for index in 0..<200 {
            files["f\(index).yaml"] = service(
                "s\(index)",
                "image: a:1\nreplicas: x\ndependsOn: [s\((index * 7 + 1) % 200), gone]"
            )
        }
        let one = await compile(files, parallelism: 1)
        let many = await compile(files, parallelism: 4)
        #expect(one.diagnostics == many.diagnostics)
        #expect(one.partial == many.partial)
        #expect(one.diagnostics.count > 200)
    }

    @Test("what a driver cannot do is said at its line")
    func capabilities() async {
        let capabilities = Capabilities(
            driver: "local",
            kinds: [.service, .network],
            modes: [.replicated],
            nativeRollout: false,
            unsupportedFields: [
                UnsupportedField(.service, "resources.limits.pids", reason: "there are no cgroups", isError: true),
                UnsupportedField(.service, "ports[].mode", reason: "there is one node"),
            ],
            requiresCommand: true
        )
        let text =
            service(
                "web",
                "image: a:1\nmode: global\nresources: {limits: {pids: 3}}\nports:\n  - {target: 80}\n  - {target: 81, mode: host}"
            )
            + "---\napiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: v}\nspec: {}\n"
        let result = await compile(["a.yaml": text], capabilities: capabilities)
        #expect(
            Set(result.codes) == ["unsupported-mode", "unsupported-field", "unsupported-kind", "needs-command"],
            "\(result.text)"
        )
        let places = result.diagnostics.filter { $0.code == .unsupportedField }
            .compactMap { $0.primary.flatMap { result.sources.place(of: $0.range) } }
        #expect(places == ["a.yaml:9:30", "a.yaml:12:26"])
    }

    @Test("a value that a driver cannot honour is said at its line, in short forms and overlays too")
    func capabilitiesOfValues() async {
        let capabilities = Capabilities(
            driver: "swarm",
            nativeRollout: true,
            unsupportedFields: [
                UnsupportedField(.service, "environment[].secret", reason: "files only", isError: true, when: .present),
                UnsupportedField(
                    .service,
                    "ports[].hostIP",
                    reason: "everywhere",
                    when: .noneOf(["0.0.0.0"]),
                    help: "use a firewall"
                ),
                UnsupportedField(.service, "loadBalancing", reason: "in turn", when: .oneOf(["leastConnections"])),
                UnsupportedField(.service, "privileged", reason: "never", when: .oneOf(["true"])),
                UnsupportedField(.service, "entrypoint", reason: "none", when: .empty),
                UnsupportedField(.service, "securityOptions[]", reason: "none", when: .noneOf(["label=*"])),
                UnsupportedField(.service, "ports[].published", reason: "all", when: .containing("-")),
            ]
        )
        let secret = "---\napiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: s}\nspec: {environment: S}\n"
        func complaints(_ spec: String, overlay: String? = nil) async -> [String] {
            let result = await compile(
                ["a.yaml": service("web", spec) + secret],
                overlays: overlay.map { ["b.yaml": service("web", $0)] } ?? [:],
                capabilities: capabilities
            )
            return result.diagnostics.filter { $0.code == .unsupportedField }
                .map { diagnostic in
                    let place = diagnostic.primary.flatMap { result.sources.place(of: $0.range) } ?? ""
                    let field = diagnostic.message.split(separator: "`").dropFirst().first.map(String.init) ?? ""
                    return "\(field) \(place.split(separator: "/").last ?? "")"
                }
                .sorted()
        }
        let told = await complaints(
            "image: a:1\nenvironment:\n  A: x\n  B: {secret: s}\nports: [\"127.0.0.1:80:80\", \"0.0.0.0:81:81\", \"90-92:90\"]\n"
                + "loadBalancing: leastConnections\nprivileged: true\nentrypoint: []\nsecurityOptions: [label=a, b]"
        )
        #expect(
            told == [
                "entrypoint a.yaml:14:3", "environment.B a.yaml:10:5", "loadBalancing a.yaml:12:18",
                "ports[0].hostIP a.yaml:11:11", "ports[2].published a.yaml:11:47", "privileged a.yaml:13:15",
                "securityOptions[1] a.yaml:15:30",
            ]
        )
        #expect(
            await complaints("image: a:1\nloadBalancing: roundRobin\nprivileged: false\nports: [\"80:80\"]").isEmpty
        )
        // What an overlay lays over does not count, what it brings does.
        let base = "image: a:1\nloadBalancing: leastConnections\nenvironment: {B: {secret: s}}"
        let over = "loadBalancing: roundRobin\nenvironment: {B: plain, C: {secret: s}}"
        let left = await complaints(base, overlay: over)
        #expect(left == ["environment.C b.yaml:8:27"])
    }

    @Test("a port that a driver will not publish from internal networks is said at its line")
    func internalPorts() async {
        var capabilities = Capabilities(driver: "local", nativeRollout: false, publishesFromInternalNetworks: false)
        let networks = ["inside", "outside"]
            .map {
                "---\napiVersion: orchplan/v1\nkind: Network\nmetadata: {name: \($0)}\n"
                    + "spec: {internal: \($0 == "inside")}\n"
            }
            .joined()
        func places(_ attached: String) async -> [String] {
            let text = service("web", "image: a:1\nnetworks: \(attached)\nports:\n  - {target: 80, published: 8080}")
            let result = await compile(["a.yaml": text + networks], capabilities: capabilities)
            #expect(result.graph != nil, "\(result.text)")
            return result.diagnostics.filter { $0.code == .unreachablePort }
                .flatMap { [$0.primary?.range] + $0.secondary.map(\.range) }
                .compactMap { $0.flatMap { result.sources.place(of: $0) } }
        }
        #expect(await places("[inside]") == ["a.yaml:10:31", "a.yaml:15:18"])
        #expect(await places("[inside, outside]").isEmpty)
        #expect(await places("[]").isEmpty)
        capabilities.publishesFromInternalNetworks = true
        #expect(await places("[inside]").isEmpty)
    }
}
