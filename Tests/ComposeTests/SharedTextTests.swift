import Compose
import Foundation
import Manifests
import OrchplanTestSupport
import SourceDiagnostics
import Testing

@Suite("What several services have from one place")
struct SharedTextTests {
    @Test("an error in an anchor names the services that it is for, and points at their aliases and merge keys")
    func anchors() async {
        let text = """
            x-common: &common
              restart: sometimes
            x-limits: &limits
              resources: {limits: {memory: lots}}
            services:
              own: {image: "nginx:1.27", cpus: many}
              fast:
                <<: *common
                image: nginx:1.27
                deploy: *limits
              slow:
                image: nginx:1.27
                <<: [*common]
            """
        let told = await Inputs.convert(text).told
        // The restart policy, for both; the limit, for one; and a service's own fault needs no name.
        for place in ["compose.yaml:2:12", "compose.yaml:4:32", "compose.yaml:6:36"] { #expect(told.contains(place)) }
        let findings = told.components(separatedBy: "\n\n")
        let restart = findings.first { $0.contains("compose.yaml:2:12") } ?? ""
        #expect(restart.contains("8 |     <<: *common") && restart.contains("-- for the service `fast`"), "\(told)")
        #expect(restart.contains("13 |     <<: [*common]") && restart.contains("-- for the service `slow`"), "\(told)")
        let limit = findings.first { $0.contains("compose.yaml:4:32") } ?? ""
        #expect(
            limit.contains("10 |     deploy: *limits") && limit.contains("------- for the service `fast`"),
            "\(told)"
        )
        #expect(findings.first { $0.contains("compose.yaml:6:36") }?.contains("for the") == false)
        // The same for what the compiler finds in the result, and what only one of many gets from its base.
        let image = "x-a: &a {image: \"Nginx:1\"}\nservices:\n  web:\n    <<: *a\n  base: {image: \"x:1\", user: [a]}\n"
        let compiled = await Inputs.convert(image + "  more: {extends: base}\n").told
        #expect(compiled.contains("5 |   base:") && compiled.contains("for the service `more`"), "\(compiled)")
        let alone = await Inputs.convert("x-a: &a {image: \"Nginx:1\"}\nservices:\n  web:\n    <<: *a\n").told
        #expect(alone.contains("compose.yaml:1:17") && alone.contains("-- for the service `web`"), "\(alone)")
    }

    @Test("a circle of extends names the chain, once")
    func circles() async {
        let text = """
            services:
              a: {extends: b}
              b: {extends: {service: c}}
              c: {extends: a}
              d: {extends: a, image: "x:1"}
              e: {extends: {service: e}}
            """
        let told = await Inputs.convert(text).told
        #expect(told.contains("`extends` goes in a circle: a -> b -> c -> a"), "\(told)")
        #expect(told.contains("`extends` goes in a circle: e -> e") && told.contains("\n2 errors in 1 file"), "\(told)")
    }

    @Test("a long chain of extends takes no longer than its services, and one without an end is refused")
    func chains() async {
        func stack(_ count: Int, chain: Int) -> String {
            (0..<count)
                .map { index in
                    let base = index % chain == 0 ? "image: \"x:1\"" : "extends: {service: s\(index - 1)}"
                    return
                        "  s\(index): {\(base), environment: {V\(index % chain): a}, labels: {l\(index % chain): b}}\n"
                }
                .reversed().joined()
        }
        let conversion = await Inputs.convert("services:\n" + stack(100, chain: 100))
        #expect(!conversion.diagnostics.hasErrors, "\(conversion.told)")
        let last = conversion.file("manifests/s99.yaml")
        #expect(last.contains("V0: a") && last.contains("l99: b") && last.contains("image: x:1"))
        let long = await Inputs.convert("services:\n" + stack(3000, chain: 3000)).told
        #expect(long.contains("`extends` goes through more than 100 services, from `s2999` on"), "\(long.prefix(500))")
    }

    @Test("names that hold variables are put in; those of nothing are told")
    func variableNames() async {
        let text = """
            services:
              web:
                image: nginx:1.27
                networks: ["${NET:-front}"]
                depends_on: ["${DB:-db}", "${CACHE}"]
              db: {image: "x:1"}
              cache: {image: "x:1"}
            networks: {front: {}}
            """
        let missing = await Inputs.convert(text)
        #expect(missing.told.contains("named by the variable `CACHE`") && missing.told.contains("--var CACHE=VALUE"))
        let given = await Inputs.convert(text) { $0.values = ["CACHE": "cache"] }
        let web = given.file("manifests/web.yaml")
        #expect(
            web.contains("networks: [front]") && web.contains("service: db") && web.contains("service: cache"),
            "\(given.told)\(web)"
        )
    }

    @Test(
        "the name of a file is the name of a project, or an error at its place",
        arguments: ["../x", "a/b", ".", "a b"]
    )
    func projectNames(_ name: String) async {
        let text = "name: \(name)\nservices: {web: {image: \"nginx:1.27\"}}\n"
        let told = await Inputs.convert(text).told
        #expect(told.contains("compose.yaml:1:7") && told.contains("`name` cannot be `\(name)`"), "\(told)")
        #expect(await !Inputs.convert(text) { $0.project = "shop" }.files.isEmpty)
    }

    @Test("what is left out in part says which part, and what stays")
    func parts() async {
        let text = """
            services:
              web:
                image: nginx:1.27
                ports: ["127.0.0.1:80:80", "90:90/sctp"]
                tmpfs: ["/run:size=1m,exec"]
                extra_hosts: ["host:host-gateway"]
            """
        let conversion = await Inputs.convert(text)
        for words in [
            "the address `127.0.0.1` of a port is left out: a swarm publishes it on every address of its nodes",
            "a port of sctp is left out: ports here are of tcp or udp; the other ports stay",
            "the option `exec` of the tmpfs `/run` is left out: only `size`, `mode` and `ro` can be asked for",
            "the host `host:host-gateway` is left out",
        ] {
            #expect(conversion.told.contains(words), "\(conversion.told)")
            #expect(conversion.file("manifests/web.yaml").contains("# - \(words)"))
        }
    }
}
