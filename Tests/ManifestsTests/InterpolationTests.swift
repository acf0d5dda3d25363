import Testing

@testable import Manifests

@Suite("Interpolation follows compose-go")
struct InterpolationTests {
    private static let variables = ["FOO": "first", "BAR": "", "NUM": "3", "_U": "u"]

    @Test(
        "templates",
        arguments: [
            ("plain", "plain"), ("$FOO", "first"), ("${FOO}", "first"), ("ok:$FOO", "ok:first"),
            ("${FOO}/${NUM}", "first/3"),
            ("$_U", "u"), ("${FOO:-other}", "first"), ("${MISSING:-other}", "other"), ("${BAR:-other}", "other"),
            ("${BAR-other}", ""), ("${MISSING-other}", "other"), ("${MISSING:-}", ""), ("${FOO:+alt}", "alt"),
            ("${BAR:+alt}", ""), ("${BAR+alt}", "alt"), ("${MISSING+alt}", ""), ("${MISSING:+alt}", ""),
            ("${FOO:?needed}", "first"), ("${BAR?needed}", ""), ("$$FOO", "$FOO"), ("$$$FOO", "$first"), ("a$$", "a$"),
            ("${MISSING:-${FOO}}", "first"), ("${MISSING:-${ALSO:-deep}}", "deep"),
            ("${MISSING:-a${FOO}b}c", "afirstbc"),
            ("${MISSING:-http://x:80/}", "http://x:80/"), ("${FOO:+${NUM}}", "3"),
            ("{{.Node.Hostname}}", "{{.Node.Hostname}}"),
            ("{{$x}}-$FOO", "{{$x}}-first"), ("${MISSING:-$$x}", "$x"), ("{$FOO}", "{first}"),
        ]
    )
    func expands(_ template: String, _ expected: String) throws {
        var interpolation = Interpolation(template.utf8) { Self.variables[$0] }
        #expect(String(decoding: try interpolation.expanded(), as: UTF8.self) == expected)
    }

    @Test(
        "faults, at their place",
        arguments: [
            ("${", 0), ("ab$", 2), ("${}", 0), ("$}", 0), ("${ }", 0), ("x${ FOO}", 1), ("${FOO ", 0), ("${FOO!}", 0),
            ("$1", 0), ("${MISSING}", 0), ("a $MISSING", 2), ("${MISSING?gone}", 0), ("${BAR:?empty}", 0),
            ("${FOO:}", 0),
        ]
    )
    func faults(_ template: String, _ offset: Int) {
        var interpolation = Interpolation(template.utf8) { Self.variables[$0] }
        do throws(Interpolation.Fault) {
            _ = try interpolation.expanded()
            Issue.record("\(template) expands")
        } catch {
            #expect(error.offset == offset)
        }
    }

    @Test("nesting has a limit, and hostile texts take no more than linear time")
    func limits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "${A:-", count: depth) + String(repeating: "}", count: depth)
        }
        var deepest = Interpolation(nested(64).utf8) { _ in nil }
        #expect(try deepest.expanded().isEmpty)
        var tooDeep = Interpolation(nested(100_000).utf8) { _ in nil }
        #expect(throws: Interpolation.Fault(kind: .nesting, offset: 64 * 5, length: 2)) { try tooDeep.expanded() }
        let clock = ContinuousClock()
        let hostile = [
            String(repeating: "{{", count: 200_000), String(repeating: nested(64), count: 1000),
            String(repeating: "${", count: 60) + String(repeating: "{{", count: 200_000),
        ]
        for text in hostile {
            let time = clock.measure {
                var interpolation = Interpolation(text.utf8) { _ in nil }
                _ = try? interpolation.expanded()
            }
            #expect(time < .seconds(30), "\(text.prefix(20))")
        }
        var long = Interpolation(String(repeating: "$A", count: 100_000).utf8) { _ in
            String(repeating: "x", count: 100_000)
        }
        #expect(throws: Interpolation.Fault(kind: .length, offset: 0, length: 1)) { try long.expanded() }
    }

    @Test("every variable of a text that is not set is said, once and at its place")
    func several() async {
        let result = await compile(service("web", "image: a:1\nhostname: \"$X-${Y}-$X-${Z:?no}\""))
        #expect(result.codes == ["unset-variable", "unset-variable", "required-variable"], "\(result.text)")
        let places = result.diagnostics.compactMap { $0.primary.flatMap { result.sources.place(of: $0.range) } }
        #expect(places == ["test.yaml:8:14", "test.yaml:8:17", "test.yaml:8:25"])
        let many = String(repeating: "$A", count: 50_000)
        let time = await ContinuousClock()
            .measure {
                _ = await compile(service("web", "image: a:1\nhostname: \"\(many)\""), variables: ["A": "a"])
            }
        #expect(time < .seconds(60))
    }

    @Test("a value never adds structure, and decides the type that a field reads")
    func structure() async {
        let result = await compile(
            service("web", "image: a:1\nreplicas: ${N}\nplatform: ${X}\nports: [\"${P}:80\"]\ntty: '${T}'"),
            variables: ["N": "4", "X": "a\nprivileged: true", "P": "8080", "T": "true"]
        )
        #expect(result.diagnostics.isEmpty, "\(result.text)")
        #expect(result.service()?.replicas == 4)
        #expect(result.service()?.platform == "a\nprivileged: true")
        #expect(result.service()?.privileged == false)
        #expect(result.service()?.ports.first?.published?.first == 8080)
        #expect(result.service()?.tty == true)
    }

    @Test("sources of secrets are taken as they are written")
    func secrets() async {
        let result = await compile(
            "apiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: s}\nspec: {file: 'a$$b${X}'}\n"
        )
        #expect(result.partial.resources.first?.spec.secret?.source == .file("manifests/a$$b${X}"))
    }

    @Test("flags win over the environment, which wins over the project file")
    func precedence() {
        let resolver = VariableResolver([
            .init("--var", ["A": "1"]), .init("env", ["A": "2", "B": "2"]), .init("file", ["B": "3", "C": "3"]),
        ])
        #expect(resolver["A"] == "1")
        #expect(resolver["B"] == "2")
        #expect(resolver["C"] == "3")
        #expect(resolver["D"] == nil)
    }
}
