import ResourceModel
import Testing

@testable import LocalAgent

/// A machine of tests: paths and what is there.
struct FakeHost: HostFacts {
    var entries: [String: HostEntry] = [
        "/bin": .link(to: "usr/bin"), "/usr": .directory, "/usr/bin": .directory, "/usr/bin/app": .file,
        "/etc": .directory, "/etc/hosts": .file, "/etc/passwd": .file, "/etc/ssl": .directory,
        "/var": .directory, "/var/lib": .directory, "/var/lib/apt": .directory, "/var/run": .link(to: "/run"),
        "/home": .directory, "/home/me": .directory, "/home/me/shop": .directory,
        "/home/me/shop/.orchplan": .directory, "/home/me/shop/site": .directory, "/proc": .directory,
        "/tmp": .directory, "/tmp/shop": .directory, "/tmp/shop/.orchplan": .directory, "/vmlinuz": .file,
    ]

    func entry(at path: String) -> HostEntry? { entries[path] }

    func children(of path: String) -> [String] {
        let prefix = path == "/" ? "/" : path + "/"
        return entries.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            .filter { !$0.isEmpty && !$0.contains("/") }.sorted()
    }

    func isExecutable(_ path: String) -> Bool { path == "/usr/bin/app" }
    func user(named name: String) -> HostUser? { name == "www" ? HostUser(id: 33, group: 33, home: "/var/www") : nil }
    func user(id: Int) -> HostUser? { id == 0 ? HostUser(id: 0, group: 0, home: "/root") : nil }
    func groupID(named name: String) -> Int? { name == "www" ? 33 : nil }
}

@Suite("Sandbox plans")
struct SandboxPlanTests {
    private func request(user: Int = 1000, _ change: (inout ServiceSpec) -> Void = { _ in }) -> SandboxRequest {
        var spec = ServiceSpec()
        spec.command = ["app", "--serve"]
        change(&spec)
        var request = SandboxRequest(spec: spec, service: "web", instance: "web.2.abc", slot: 2)
        request.nodeName = "box"
        request.projectDirectory = "/home/me/shop"
        request.maskedDirectory = "/home/me/shop/.orchplan"
        request.writableFolders = ["/home/me/shop/site"]
        request.hostsFile = "/home/me/shop/.orchplan/local/hosts/web"
        request.volumes = ["data": "/home/me/shop/.orchplan/local/data/data"]
        request.userID = user
        request.groupID = user
        return request
    }

    /// One option a line, without the system directories that every plan has.
    private func text(_ plan: SandboxPlan) -> [String] {
        var lines: [String] = []
        for option in plan.options {
            if option.hasPrefix("--") { lines.append(option) } else { lines[lines.count - 1] += " " + option }
        }
        return lines.filter { !$0.contains("/dev") && !$0.contains(" /proc") && $0 != "--ro-bind /sys /sys" }
    }

    @Test("of an ordinary user: a user namespace, the machine read-only, the state hidden")
    func ordinary() throws {
        let plan = try SandboxPlan.make(request(), host: FakeHost())
        #expect(
            text(plan) == [
                "--die-with-parent", "--json-status-fd 4", "--unshare-user", "--unshare-pid", "--unshare-ipc",
                "--unshare-uts", "--hostname web-2", "--symlink usr/bin /bin", "--ro-bind /etc /etc",
                "--ro-bind /home /home", "--ro-bind /usr /usr", "--ro-bind /var /var", "--perms 1777",
                "--perms 1777", "--tmpfs /tmp", "--perms 0755", "--tmpfs /run",
                "--ro-bind /home/me/shop/.orchplan/0 /etc/hosts",
                "--tmpfs /home/me/shop/.orchplan", "--remount-ro /home/me/shop/.orchplan", "--remount-ro /",
                "--chdir /home/me/shop",
            ]
        )
        #expect(plan.command == ["app", "--serve"])
        #expect(plan.hidden == "/home/me/shop/.orchplan")
        #expect(plan.sources == [StagedSource("/home/me/shop/.orchplan/local/hosts/web", isOwn: true)])
    }

    @Test("of root: no user namespace, the usual capabilities, and a user by setpriv")
    func root() throws {
        let plan = try SandboxPlan.make(
            request(user: 0) {
                $0.user = "www"
                $0.capAdd = ["NET_ADMIN"]
                $0.capDrop = ["ALL"]
                $0.initProcess = false
                $0.secrets = [FileReference(source: "key")]
            }
            .with(secret: "key", "key-1"),
            host: FakeHost()
        )
        let lines = text(plan)
        #expect(!lines.contains("--unshare-user"))
        #expect(lines.contains("--as-pid-1"))
        #expect(lines.suffix(3) == ["--chdir /home/me/shop", "--cap-drop ALL", "--cap-add CAP_NET_ADMIN"])
        #expect(plan.command.prefix(3) == ["setpriv", "--reuid=33", "--regid=33"])
        // Its owner is root, so that only a wider mode lets the user read it.
        #expect(Array(lines.drop { $0 != "--perms 0444" }.prefix(2)) == ["--perms 0444", "--file 5 /run/secrets/key"])
        #expect(plan.contents == [PlannedContent(kind: .secret, object: "key-1")])
    }

    @Test(
        "of root: the machine's settings are read-only, whose files the kernel lets root's id write; not if privileged"
    )
    func kernelSettings() throws {
        var host = FakeHost()
        host.entries["/proc/sys"] = .directory
        host.entries["/proc/sysrq-trigger"] = .file
        let sealed = ["--ro-bind", "/proc/sys", "/proc/sys", "--ro-bind", "/proc/sysrq-trigger", "/proc/sysrq-trigger"]
        func sealing(_ request: SandboxRequest) throws -> [String] {
            let options = try SandboxPlan.make(request, host: host).options
            let start = try #require(options.firstIndex(of: "/proc"))
            return Array(options[(start + 1)...].prefix { !$0.hasPrefix("/sys") && $0 != "/sys" }.dropLast())
        }
        #expect(try sealing(request(user: 0)) == sealed)
        #expect(try sealing(request(user: 0) { $0.privileged = true }).isEmpty)
        // To a user namespace they are somebody else's anyway.
        #expect(try sealing(request()).isEmpty)
    }

    @Test("mounts may be anywhere: a directory in which the place is missing is opened")
    func mounts() throws {
        let plan = try SandboxPlan.make(
            request {
                $0.mounts = [
                    MountSpec(type: .tmpfs, source: nil, target: "/data/cache"),
                    MountSpec(type: .volume, source: "data", target: "/var/lib/db/files"),
                    MountSpec(type: .bind, source: "./site", target: "/var/run/site", readOnly: true),
                    MountSpec(type: .volume, source: "data", target: "/data"),
                ]
                $0.mounts[0].options = ["size": "64m", "mode": "0700"]
            },
            host: FakeHost()
        )
        let lines = text(plan)
        let start = try #require(lines.firstIndex(of: "--tmpfs /run"))
        // What is mounted stands by its number where the state was.
        let stage = "/home/me/shop/.orchplan"
        #expect(
            Array(lines[(start + 1)...].prefix(8)) == [
                "--bind \(stage)/0 /data", "--perms 0700", "--size 67108864", "--tmpfs /data/cache",
                "--ro-bind \(stage)/1 /run/site", "--tmpfs /var/lib", "--ro-bind /var/lib/apt /var/lib/apt",
                "--bind \(stage)/0 /var/lib/db/files",
            ]
        )
        #expect(
            plan.sources.prefix(2) == [
                StagedSource("\(stage)/local/data/data", isOwn: true, isWritable: true),
                StagedSource("/home/me/shop/site"),
            ]
        )
        #expect(lines.contains("--remount-ro /var/lib"))
    }

    @Test("a project below a hidden directory is shown, and its state is not")
    func hiddenProject() throws {
        var hidden = request { $0.mounts = [MountSpec(type: .bind, source: ".", target: "/app")] }
        hidden.projectDirectory = "/tmp/shop"
        hidden.maskedDirectory = "/tmp/shop/.orchplan"
        let lines = text(try SandboxPlan.make(hidden, host: FakeHost()))
        let shown = try #require(lines.firstIndex(of: "--ro-bind /tmp/shop /tmp/shop"))
        let masked = try #require(lines.firstIndex(of: "--tmpfs /tmp/shop/.orchplan"))
        #expect(shown < masked)
        #expect(lines.contains("--tmpfs /app/.orchplan"))
    }

    @Test("the state is hidden under every name that the project has, and is mounted under none")
    func otherNames() throws {
        var host = FakeHost()
        host.entries["/home/me/self"] = .link(to: "shop")
        host.entries["/home/me/shop/key"] = .link(to: ".orchplan/state.db")
        host.entries["/home/me/shop/early"] = .link(to: "/home/me/self/.orchplan/local/x")
        let linked = request { $0.mounts = [MountSpec(type: .bind, source: "/home/me/self", target: "/app")] }
        #expect(text(try SandboxPlan.make(linked, host: host)).contains("--tmpfs /app/.orchplan"))
        let rooted = request {
            $0.rootfs = "/home/me"
            $0.command = ["/tmp/what/comes/later"]
        }
        #expect(text(try SandboxPlan.make(rooted, host: host)).contains("--tmpfs /shop/.orchplan"))
        for source in ["key", "early", ".orchplan", "/home/me/self/.orchplan"] {
            let own = request { $0.mounts = [MountSpec(type: .bind, source: source, target: "/m")] }
            #expect(throws: AgentError.self, "\(source)") { try SandboxPlan.make(own, host: host) }
        }
    }

    @Test(
        "no link in a folder that instances may write to leads anywhere, and folders above the state stay where they are"
    )
    func writableFolders() throws {
        var host = FakeHost()
        host.entries["/home/me/shop/site/link"] = .link(to: "/etc/ssl")
        host.entries["/home/me/shop/link"] = .link(to: "/etc/ssl")
        for (source, isTrusted) in [("site/link", false), ("link", true), ("site", true)] {
            let mounting = request { $0.mounts = [MountSpec(type: .bind, source: source, target: "/m")] }
            if isTrusted {
                let real = source == "link" ? "/etc/ssl" : "/home/me/shop/site"
                #expect(try SandboxPlan.make(mounting, host: host).sources.contains { $0.path == real })
            } else {
                let error = try #require(throws: AgentError.self) { try SandboxPlan.make(mounting, host: host) }
                #expect(error.message.contains("may write to"), "\(error)")
            }
        }
        let above = request { $0.mounts = [MountSpec(type: .bind, source: "/home", target: "/m")] }
        let plan = try SandboxPlan.make(above, host: host)
        let held = text(plan).filter { $0.hasSuffix(" /m/me") || $0.hasSuffix(" /m/me/shop") }
        #expect(held == ["--bind /home/me/shop/.orchplan/1 /m/me", "--bind /home/me/shop/.orchplan/2 /m/me/shop"])
        #expect(text(plan).contains("--tmpfs /m/me/shop/.orchplan"))
    }

    @Test("a part of a volume is in the volume, whatever an instance has written into it")
    func subpath() throws {
        var host = FakeHost()
        let data = "/home/me/shop/.orchplan/local/data/data"
        host.entries["\(data)/out"] = .link(to: "/etc")
        host.entries["\(data)/in"] = .link(to: "deep/er")
        func mounting(_ part: String) -> SandboxRequest {
            request {
                var mount = MountSpec(type: .volume, source: "data", target: "/d")
                mount.options = ["subpath": part]
                $0.mounts = [mount]
            }
        }
        _ = try SandboxPlan.make(mounting("in"), host: host)
        _ = try SandboxPlan.make(mounting("new/er"), host: host)
        #expect(throws: AgentError.self) { try SandboxPlan.make(mounting("out/ssl"), host: host) }
    }

    @Test("variables: the port, its names, placeholders; a manifest's own win; secrets never among the options")
    func variables() throws {
        var with = request {
            var port = PortSpec()
            port.target = 8080
            port.name = "web-ui"
            $0.ports = [port]
            $0.environment = [
                "WHO": .text("{{.Service.Name}}/{{ .Task.Slot }}@{{.Node.Hostname}}"), "HOME": .text("/data"),
                "TOKEN": .secret(name: "key", object: nil), "JINJA": .text("{{ name }}"),
            ]
        }
        .with(secret: "key", "key-1")
        with.ports = [InstancePort(target: 8080, transport: .tcp, port: 23456)]
        let plan = try SandboxPlan.make(with, host: FakeHost())
        let entries = try plan.environment { _ in Array("s3cret".utf8) }
        for entry in [
            "PORT=23456", "PORT_8080=23456", "PORT_WEB_UI=23456", "WHO=web/2@box", "HOME=/data", "TOKEN=s3cret",
            "JINJA={{ name }}", "HOSTNAME=web-2", "ORCHPLAN_INSTANCE=web.2.abc",
        ] {
            #expect(entries.contains(entry))
        }
        #expect(!plan.options.contains { $0.contains("TOKEN") })
        let bytes = try plan.optionBytes { _ in Array("s3cret".utf8) }
        #expect(String(decoding: bytes, as: UTF8.self).contains("--setenv\0TOKEN\0s3cret\0"))
    }

    private static let refusals: [(String, @Sendable (inout ServiceSpec) -> Void)] = [
        ("no command", { $0.command = nil }),
        ("not on this machine", { $0.command = ["other"] }),
        ("there is no such file", { $0.command = ["./other"] }),
        ("volume lost does not exist", { $0.mounts = [MountSpec(type: .volume, source: "lost", target: "/x")] }),
        ("does not exist", { $0.mounts = [MountSpec(type: .bind, source: "lost", target: "/x")] }),
        ("another kind", { $0.mounts = [MountSpec(type: .volume, source: "data", target: "/etc/hosts")] }),
        ("user ghost", { $0.user = "ghost" }), ("placeholder", { $0.hostname = "{{.Nope}}" }),
        (
            "host name",
            {
                $0.hostname = "{{.Service.Labels.x}}"
                $0.labels = ["x": "web\n6.6.6.6 bank.example.com"]
            }
        ),
        ("unknown limit", { $0.ulimits = ["files": Ulimit(soft: 1, hard: 1)] }),
        ("rootfs", { $0.rootfs = "/nowhere" }), ("secret none", { $0.secrets = [FileReference(source: "none")] }),
    ]

    @Test("what only the sandbox finds out is told in words of a manifest, and all else as it is")
    func words() {
        let cases = [
            ("bwrap: execvp /m/run: No such file or directory", "command /m/run cannot be run: there is no such file"),
            ("bwrap: execvp ./a: b: Permission denied", "command ./a: b cannot be run: it may not be executed"),
            ("setpriv: failed to execute x: No such file or directory", "`command` and `mounts` of service/web"),
            ("bwrap: Can't find source path /p/a: No such file or directory", "/p/a cannot be mounted: No such file"),
            ("bwrap: execvp", "bwrap: execvp"), ("cannot bind: in use", "cannot bind: in use"),
        ]
        for (line, words) in cases {
            let plain = SandboxWords.plain(line, service: "web")
            #expect(plain.contains(words), "\(plain)")
        }
    }

    @Test("what cannot be run is refused with what is wrong", arguments: refusals)
    func refuses(reason: String, change: @Sendable (inout ServiceSpec) -> Void) throws {
        let error = try #require(throws: AgentError.self) {
            try SandboxPlan.make(request(change), host: FakeHost())
        }
        #expect(error.message.contains(reason))
    }
}

extension SandboxRequest {
    fileprivate func with(secret name: String, _ object: String) -> SandboxRequest {
        var copy = self
        copy.secretObjects[name] = object
        return copy
    }
}
