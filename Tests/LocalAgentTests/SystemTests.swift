import Foundation
import ResourceModel
import Testing

@testable import LocalAgent

@Suite("The system underneath the agent")
struct SystemTests {
    @Test("a process is held only with its start time and boot, and is then signalled as itself")
    func identity() async throws {
        let spawn = ProcessSpawn(path: "/bin/sleep", arguments: ["sleep", "60"], environment: [])
        let pid = try spawn.start()
        let handle = try #require(ProcessHandle.openChild(pid))
        var other = handle.identity
        other.startTicks += 1
        #expect(ProcessHandle.open(other) == nil)
        other = handle.identity
        other.bootID = "another"
        #expect(ProcessHandle.open(other) == nil)
        #expect(!handle.hasEnded)
        #expect(handle.signal(SIGKILL))
        while !handle.hasEnded { try await Task.sleep(for: .milliseconds(1)) }
        #expect(handle.reap() == .signal(9))
        #expect(ProcessHandle.open(handle.identity) == nil)
    }

    @Test("a child has the given descriptors, limits and directory, and no others")
    func spawning() async throws {
        let output = try Descriptor.pipe()
        let content = try Descriptor.memory("test", Array("from memory".utf8))
        var spawn = ProcessSpawn(
            path: "/bin/sh",
            arguments: ["sh", "-c", "cat <&3; echo; pwd; ulimit -n; umask; echo $A; exec ls /proc/self/fd"],
            environment: ["A=b", "PATH=/usr/bin:/bin"]
        )
        spawn.descriptors = [-1, output.writer.number, -1, content.number]
        spawn.directory = "/usr"
        spawn.limits = [ResourceLimit(resource: 7, soft: 100, hard: 200)]
        spawn.mask = 0o027
        let pid = try spawn.start()
        let handle = try #require(ProcessHandle.openChild(pid))
        while !handle.hasEnded { try await Task.sleep(for: .milliseconds(1)) }
        #expect(handle.reap() == .code(0))
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(output.reader.number, &bytes, bytes.count)
        let lines = String(decoding: bytes[..<max(0, count)], as: UTF8.self).split(separator: "\n")
        // The last one is the directory that `ls` itself has open.
        #expect(lines == ["from memory", "/usr", "100", "0027", "b", "0", "1", "2", "3", "4"])
        #expect(throws: SystemError(ENOENT, "run /no/such")) {
            try ProcessSpawn(path: "/no/such", arguments: ["x"], environment: []).start()
        }
    }

    @Test("a thousand children leave no descriptor and no zombie behind", .timeLimit(.minutes(2)))
    func noLeaks() async throws {
        let watcher = try #require(DescriptorWatcher.shared)
        let before = FileTree.names(in: "/proc/self/fd").count
        for _ in 0..<20 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let pid = try ProcessSpawn(path: "/bin/true", arguments: ["true"], environment: []).start()
                        let handle = try #require(ProcessHandle.openChild(pid))
                        #expect(await watcher.wait(handle.descriptor, timeout: .seconds(20)))
                        #expect(handle.reap() == .code(0))
                    }
                }
                try await group.waitForAll()
            }
        }
        // Other tests run beside this one and hold some of their own, but not for long.
        while FileTree.names(in: "/proc/self/fd").count > before + 100 { try await Task.sleep(for: .milliseconds(10)) }
        let own = Int(getpid())
        func zombies() -> Int {
            ProcessStatus.children(of: own).count { ProcessStatus.read($0)?.state == UInt8(ascii: "Z") }
        }
        while zombies() > 5 { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test("a tree is removed however deep it is, closed or linked, and nothing that its links lead to")
    func removing() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("orchplan-tree-\(UUID())").path
        let (tree, kept) = ("\(folder)/tree", "\(folder)/kept")
        try FileTree.makeDirectory(tree)
        try FileTree.makeDirectory(kept)
        // Four times as deep as a path may be long; with names that removing itself might use.
        let script = """
            cd '\(tree)'; mkdir .removing-1 .removing-1/x; touch .removing-2; ln -s '\(kept)' link
            for n in $(seq 100); do d=$(printf '%0160d' $n); mkdir $d; touch $d/f; ln -s '\(kept)' $d/link; cd -P $d; done
            chmod 0 .
            """
        let pid = try ProcessSpawn(
            path: "/bin/sh",
            arguments: ["sh", "-euc", script],
            environment: ["PATH=/usr/bin:/bin"]
        )
        .start()
        var status: Int32 = 0
        #expect(waitpid(pid, &status, 0) == pid && status == 0)
        try "kept".write(toFile: "\(kept)/file", atomically: false, encoding: .utf8)
        try FileTree.remove(tree)
        try FileTree.remove("\(folder)/missing")
        #expect(FileTree.names(in: folder) == ["kept"] && FileTree.names(in: kept) == ["file"])
        try FileTree.remove(folder)
        #expect(!FileTree.exists(folder))
    }

    @Test("a wait ends by its time or by the task's end")
    func waiting() async throws {
        let watcher = try #require(DescriptorWatcher.shared)
        let pipe = try Descriptor.pipe()
        #expect(await !watcher.wait(pipe.reader, timeout: .milliseconds(20)))
        let task = Task { await watcher.wait(pipe.reader) }
        task.cancel()
        #expect(await !task.value)
        var byte: UInt8 = 1
        write(pipe.writer.number, &byte, 1)
        #expect(await watcher.wait(pipe.reader))
    }

    @Test("the kernel's tables tell who listens, on IPv4 and IPv6")
    func portTables() {
        let header =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        let lines = """
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1
               1: 0100007F:9999 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4243 1
               2: 00000000000000000000000000000000:0050 0:0 0A 00000000:00000000 00:00000000 00000000     0        0 7 1
            """
        let found = PortHolders.parse(header + lines, wantsListening: true)
        #expect(
            found == [
                .init(address: "127.0.0.1", port: 8080, inode: 4242), .init(address: "::", port: 80, inode: 7),
            ]
        )
    }

    @Test(
        "hosts files name the services of shared networks, aliases and instances included",
        arguments: [
            (["front"], "127.77.0.2 api backend\n127.78.0.1 tasks.api\n127.78.0.2 tasks.api\n"), (["other"], ""),
            ([], ""),
            (["x"], "127.77.0.2 api\n127.78.0.1 tasks.api\n127.78.0.2 tasks.api\n127.78.0.3 peers tasks.peers\n"),
        ]
    )
    func hosts(networks: [String], lines: String) {
        func neighbour(_ name: String, _ number: Int, _ instances: [String], _ networks: [NetworkAttachment])
            -> HostsFile.Neighbour
        {
            HostsFile.Neighbour(
                name: name,
                address: "127.77.0.\(number)",
                instances: instances,
                resolvesToInstances: name == "peers",
                networks: networks
            )
        }
        let own = networks.map { NetworkAttachment(network: $0) }
        let front = NetworkAttachment(network: "front", aliases: ["backend"])
        var names = HostsFile.Names([
            neighbour("web", 3, [], own),
            neighbour("peers", 4, ["127.78.0.3"], [NetworkAttachment(network: "x")]),
            neighbour("api", 2, ["127.78.0.1", "127.78.0.2"], [front, NetworkAttachment(network: "x")]),
        ])
        let text = HostsFile.text(
            hostnames: ["web-1"],
            names: names.lines(for: own, turn: 0),
            extraHosts: ["db:10.0.0.1", "here=host-gateway", "six=[2001:db8::1]"]
        )
        #expect(
            text == "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 web-1\n\(lines)127.77.0.3 web\n"
                + "10.0.0.1 db\n127.0.0.1 here\n2001:db8::1 six\n"
        )
        let turned = names.lines(for: own, turn: 1)
        #expect(lines.isEmpty || turned.hasPrefix(lines.prefix(14) + (lines.contains("backend") ? " backend" : "")))
        #expect(lines.isEmpty || turned.contains("127.78.0.2 tasks.api\n127.78.0.1 tasks.api\n"))
    }

    @Test("a resolver file keeps the machine's lines where the manifest says nothing")
    func resolver() {
        var spec = ServiceSpec()
        let host = "# by hand\nnameserver 10.0.0.1\nsearch example.com\noptions edns0\n"
        #expect(!ResolverFile.isNeeded(spec))
        spec.dns = ["192.0.2.1", "192.0.2.2"]
        #expect(
            ResolverFile.text(spec, host: host)
                == "search example.com\noptions edns0\nnameserver 192.0.2.1\nnameserver 192.0.2.2\n"
        )
        spec.dns = []
        spec.dnsSearch = ["."]
        spec.dnsOptions = ["ndots:2"]
        #expect(ResolverFile.text(spec, host: host) == "nameserver 10.0.0.1\noptions ndots:2\n")
    }

    @Test(
        "an operation survives the wire",
        arguments: [
            AgentAction.stopInstance(service: "web", id: "web.1"),
            .startInstance(service: "web", slot: 3, id: "web.3", template: Fingerprint(text: "abc")),
            .removeObject(ResourceAddress(.volume, "v"), name: "v"), .removeService(name: "web"),
            .createSecret(
                Resource(address: ResourceAddress(.secret, "s"), spec: .secret(SecretSpec())),
                name: "s-1",
                content: SecretBytes([0, 255, 16])
            ),
        ]
    )
    func wire(action: AgentAction) throws {
        let labels = OwnershipLabels(
            project: "p",
            address: ResourceAddress(.service, "web"),
            fingerprint: Fingerprint(text: "f"),
            operation: "op"
        )
        let bytes = AgentCodec.encode(AgentOperation(id: "op", labels: labels, action: action))
        let back = try WireOperation(canonical: CanonicalReader.parse(bytes)).operation()
        #expect(back.labels == labels)
        #expect(AgentCodec.encode(back) == bytes)
    }
}
