import Testing

@Suite("A process that may open hardly any files")
struct FileLimitTests {
    @Test("is told so where it would ask an agent, and does all the rest")
    func fewFiles() throws {
        let service = Manifest.of("Service", "web", "{command: [sleep, '1000']}")
        try Project.with(try Project(["orchplan.yaml": "project: few\n", "manifests/web.yaml": service])) { project in
            var few = project.orchplan
            few.prefix = ["sh", "-c", "ulimit -n 12; exec \"$0\" \"$@\""]
            for words in [["status"], ["plan"], ["apply", "--yes"]] {
                let refused = try few.start(words).wait()
                #expect(refused.status == 1, "\(words): \(refused.all)")
                #expect(refused.err.contains("no more than 12 files at once") && refused.err.contains("ulimit -n 1024"))
            }
            #expect(try few("lint").status == 0)
            #expect(try project.orchplan("plan").out.contains("1 to add"))
        }
    }

    @Test("or write no large ones, is told which limit that is")
    func smallFiles() throws {
        let config = Manifest.of("Config", "motd", "{content: hello}")
        try Project.with(try Project(["orchplan.yaml": "project: small\n", "manifests/c.yaml": config])) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/c.yaml", "hello", "good day")
            var small = project.orchplan
            small.prefix = ["sh", "-c", "ulimit -f 8; exec \"$0\" \"$@\""]
            let refused = try small("apply", "--yes")
            #expect(refused.status == 1, "\(refused.all)")
            #expect(refused.err.contains("may write no larger files") && refused.err.contains("ulimit -f"))
            #expect(!refused.err.contains("disk"))
            #expect(try project.orchplan("apply", "--yes").status == 0)
        }
    }
}
