import Foundation
import Testing

/// An engine that is elsewhere: over TLS, by a context of Docker's client, and over ssh.
@Suite("A swarm that is reached over a network", SwarmEngine.isWanted)
struct ReachTests {
    private static let directory = "/tmp/oer-\(getpid())"
    private static let script = Repository.root.appendingPathComponent("Tests/Scripts/engine.sh").path

    /// An engine that only takes clients with a certificate, and the folder of these as Docker's client wants it.
    private static func engine() throws -> (address: String, certificates: String) {
        let started = try SwarmEngine.run([script, "start", directory, "--owner", "\(getpid())", "--no-swarm"])
        let line = started.out.split(separator: "\n").first { $0.hasPrefix("ENGINE_ADDRESS=") }
        guard let line else { throw TestFailure("no engine: \(started.all)") }
        let address = String(line.dropFirst("ENGINE_ADDRESS=".count))
        // Its certificate has to name an address that is known only now.
        _ = try SwarmEngine.run([script, "kill", directory])
        let tls = directory + "/tls"
        let made = try SwarmEngine.run(["bash", "-c", certificates, "certificates", tls, address])
        guard made.status == 0 else { throw TestFailure("no certificates: \(made.all)") }
        let again = try SwarmEngine.run(
            [script, "start", directory, "--", "--host", "tcp://0.0.0.0:2376", "--tlsverify"]
                + ["--tlscacert", tls + "/ca.pem", "--tlscert", tls + "/cert.pem", "--tlskey", tls + "/key.pem"]
        )
        guard again.status == 0, again.out.contains(address) else { throw TestFailure("no engine: \(again.all)") }
        return (address, tls)
    }

    private static let certificates = """
        set -eu
        mkdir -p "$1" && cd "$1"
        new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
        openssl req -x509 -subj /CN=authority -days 2 $new -keyout ca-key.pem -out ca.pem
        openssl req -subj /CN=both $new -keyout key.pem -out request.pem
        printf 'subjectAltName=IP:%s\\nextendedKeyUsage=serverAuth,clientAuth\\n' "$2" >extensions
        openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile extensions -out cert.pem
        """

    /// The ssh of a machine from which one other can be reached: it does there what it is told.
    private static func ssh(_ socket: String) -> String {
        """
        #!/bin/sh
        case " $* " in *' me '*' far.example '*) ;; *) echo 'far.example: Permission denied (publickey).' >&2; exit 255 ;; esac
        for command; do :; done
        export DOCKER_HOST=unix://\(socket)
        exec sh -c "$command"
        """
    }

    @Test(
        "over TLS, by a context and over ssh it is one and the same; without TLS it is refused",
        .timeLimit(.minutes(3))
    )
    func everyWay() throws {
        let (address, certificates) = try Self.engine()
        defer { _ = try? SwarmEngine.run([Self.script, "stop", Self.directory]) }
        let project = try Project([
            "orchplan.yaml": "project: reach\ndriver: swarm\n",
            "manifests/web.yaml": SwarmEngine.service("web", "update: {monitor: 500ms}"),
            "bin/ssh": Self.ssh(Self.directory + "/d.sock"),
        ])
        let tool = project.directory.appendingPathComponent("bin/ssh").path
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        let host = "tcp://\(address):2376"
        let tls = ["DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": certificates]
        project.orchplan.environment["DOCKER_CONFIG"] = project.directory.path + "/docker"
        project.orchplan.environment["PATH"]? = "\(project.directory.path)/bin:/usr/local/bin:/usr/bin:/bin"
        try Project.with(project) { project in
            let plain = try project.orchplan("plan", "--host", host)
            #expect(plain.status == 1 && plain.err.contains("without TLS"), "\(plain.all)")
            let applied = try project.orchplan("apply", "--yes", environment: tls)
            try #require(applied.status == 0, "\(applied.all)")

            let made = try SwarmEngine.run(
                ["docker", "context", "create", "far", "--docker"]
                    + [
                        "host=\(host),ca=\(certificates)/ca.pem,cert=\(certificates)/cert.pem,key=\(certificates)/key.pem"
                    ],
                environment: ["DOCKER_CONFIG": project.directory.path + "/docker"]
            )
            try #require(made.status == 0, "\(made.all)")
            let nowhere = try project.orchplan("plan", environment: ["DOCKER_CONTEXT": "fra"])
            #expect(nowhere.status == 1 && nowhere.err.contains("context \"fra\""), "\(nowhere.all)")
            let chosen = try project.orchplan("plan", "--detailed-exitcode", environment: ["DOCKER_CONTEXT": "far"])
            #expect(chosen.status == 0 && chosen.out.contains("No changes."), "\(chosen.all)")
            try project.write("orchplan.yaml", "project: reach\ndriver: {name: swarm, options: {context: far}}\n")
            let written = try project.orchplan("status", "--exit-code")
            #expect(written.status == 0 && written.out.contains("All well: 1 service."), "\(written.all)")

            let refused = try project.orchplan("status", "--host", "ssh://you@far.example")
            #expect(refused.status == 1 && refused.err.contains("Permission denied (publickey)"), "\(refused.all)")
            #expect(refused.err.contains("`ssh you@far.example docker version`"), "\(refused.all)")
            let away = "ssh://me@far.example:2222"
            try eventually("its log is read over ssh") {
                try project.orchplan("logs", "web", "--host", away).out.contains("serving version 1")
            }
            let gone = try project.orchplan("destroy", "--yes", "--host", away)
            #expect(gone.status == 0, "\(gone.all)")
            #expect(try SwarmEngine(socket: Self.directory + "/d.sock").everything(of: "reach") == [])
        }
    }
}
