import ResourceModel
import Testing

@testable import Manifests

@Suite("Short forms and long forms mean the same")
struct ShortFormTests {
    private func both(_ short: String, _ long: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        let rest =
            "---\napiVersion: orchplan/v1\nkind: Network\nmetadata: {name: n}\nspec: {}\n"
            + "---\napiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: data}\nspec: {}\n"
            + "---\napiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: s}\nspec: {external: true}\n"
            + service("db", "image: db:1")
        let one = await compile(service("web", "image: a:1\n" + short) + rest)
        let other = await compile(service("web", "image: a:1\n" + long) + rest)
        #expect(one.graph != nil, "\(one.text)", sourceLocation: sourceLocation)
        #expect(one.service() == other.service(), "\(other.text)", sourceLocation: sourceLocation)
    }

    @Test("ports")
    func ports() async {
        await both(
            "ports: ['8080:80/tcp', 53/udp, 9000]",
            """
            ports:
              - {target: 80, published: 8080}
              - {target: 53, protocol: udp}
              - target: 9000
            """
        )
        await both(
            "ports: ['127.0.0.1:8080-8090:80']",
            "ports: [{target: 80, published: 8080-8090, hostIP: 127.0.0.1}]"
        )
        await both("ports: ['[::1]:81:80']", "ports: [{target: 80, published: 81, hostIP: '::1'}]")
        await both(
            "ports: ['3000-3001:4000-4001']",
            "ports: [{target: 4000, published: 3000}, {target: 4001, published: 3001}]"
        )
        // Scalars stay text: this is no sexagesimal number.
        await both("ports: [22:22]", "ports: [{target: 22, published: 22}]")
    }

    @Test("mounts, networks, secrets, dependencies")
    func lists() async {
        await both(
            "mounts: ['data:/d:ro', '/etc/x:/x', './src:/src', /tmp]",
            """
            mounts:
              - {source: data, target: /d, readOnly: true}
              - {type: bind, source: /etc/x, target: /x}
              - {type: bind, source: /p/manifests/src, target: /src}
              - {target: /tmp}
            """
        )
        await both(
            "networks: [n]\nsecrets: [s]\ndependsOn: [db]",
            """
            networks: [{network: n}]
            secrets:
              - source: s
            dependsOn: [{service: db, condition: healthy}]
            """
        )
    }

    @Test("commands, environment, labels, limits")
    func others() async {
        await both(#"command: sh -c 'a "b"' "c \"d" e\ f"#, #"command: [sh, -c, 'a "b"', 'c "d', e f]"#)
        await both("environment: [A=1, B=x=y, C=]", "environment: {A: 1, B: x=y, C: ''}")
        await both("labels: [a=1]\nulimits: {nofile: 5}", "labels: {a: 1}\nulimits: {nofile: {soft: 5, hard: 5}}")
        await both(
            "healthcheck: {tcp: {port: http}}\nports: [{name: http, target: 80}]",
            "healthcheck: {tcp: {port: 80}}\nports: [{name: http, target: 80}]"
        )
    }

    @Test("text stays text until a field asks for a type")
    func textStaysText() async {
        let result = await compile(
            service(
                "web",
                "image: app:1.20\nhostname: no\nuser: 1000\nworkingDir: /a\nlabels: {a: 1.20, b: 0644, c: ~x, d: 1e3}"
            )
        )
        #expect(result.diagnostics.isEmpty, "\(result.text)")
        #expect(result.service()?.hostname == "no")
        #expect(result.service()?.labels == ["a": "1.20", "b": "0644", "c": "~x", "d": "1e3"])
    }

    @Test("a null variable is passed through, and gone with a warning when it is not set")
    func passThrough() async {
        let result = await compile(
            service("web", "image: a:1\nenvironment:\n  HOME_DIR:\n  NOT_SET:\n"),
            variables: ["HOME_DIR": "/h"]
        )
        #expect(result.service()?.environment == ["HOME_DIR": .text("/h")])
        #expect(result.codes == ["unset-variable"])
        #expect(result.graph != nil)
    }

    @Test("fast unit readers agree with the types' own parsers")
    func units() {
        for number in ["0", "1", "30", "1.5", "0.25", "007", "123456789012345678", "", "-1", "+1"] {
            for unit in ["", "s", "m", "h", "ms", "us", "d", "KiB", "MiB", "GiB", "TiB", "KB", "B", "x", "mb"] {
                let text = number + unit
                var copy = text
                copy.withUTF8 { bytes in
                    if let fast = UnitText.duration(bytes) { #expect(fast == Duration(parsing: text), "\(text)") }
                    if let fast = UnitText.size(bytes) { #expect(fast == ByteCount(parsing: text), "\(text)") }
                    #expect(UnitText.cpus(bytes) == CPUCount(parsing: text) || text.count > 15, "\(text)")
                }
            }
        }
    }

    @Test("whole ranges of ports clash once and at once")
    func wholeRanges() async {
        let full = "image: a:1\nports: [\"1-65535:1-65535\"]"
        let clock = ContinuousClock()
        var result = await compile(service("web", full))
        #expect(result.diagnostics.isEmpty, "\(result.text)")
        let time = await clock.measure { result = await compile(service("a", full) + service("b", full)) }
        #expect(result.codes == ["port-clash"], "\(result.text)")
        #expect(result.text.contains("ports 1-65535/tcp are published by two services"))
        #expect(time < .seconds(60), "\(time)")
        result = await compile(service("web", "image: a:1\nports: [\"1-65535:1-65535\", \"1-65535:1-65535\"]"))
        #expect(result.codes == ["duplicate-entry"], "\(result.text)")
    }

    @Test("a port at an address clashes with the same address and with all addresses")
    func addresses() async {
        let result = await compile(
            service("a", "image: a:1\nports: [\"127.0.0.1:80:80\"]")
                + service("b", "image: a:1\nports: [\"127.0.0.2:80:80\", \"80:80/udp\"]")
                + service("c", "image: a:1\nports: [\"127.0.0.2:80:81\"]")
                + service("d", "image: a:1\nports: [\"80:80\"]")
        )
        #expect(result.codes == ["port-clash", "port-clash"], "\(result.text)")
        #expect(result.text.contains("also published by Service `b`"))
        #expect(result.text.contains("also published by Service `a`"))
    }
}
