import Manifests
import Policies
import ResourceModel
import SourceDiagnostics

/// A text as `orchplan.yaml`, and as the policy that a system is held against.
enum SettingsLaws {
    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        try project(input)
        try policy(input)
    }

    private static func project(_ input: [UInt8]) throws(BrokenLaw) {
        let name = LoadedProject.fileName
        let files = FolderOfTexts(name, input)
        guard let loaded = LoadedProject.find(from: FolderOfTexts.folder, files: files) else {
            throw BrokenLaw("the project file is not found")
        }
        try DiagnosticLaws.check(loaded.diagnostics, loaded.sources)
        let again = LoadedProject.load("\(FolderOfTexts.folder)/\(name)", files: files)
        try expect(again.diagnostics == loaded.diagnostics, "a second run finds something else")
        for environment in [nil] + loaded.project.environments.keys.sorted().prefix(3).map({ $0 as String? }) {
            var flags = ProjectSettings.Flags()
            flags.environment = environment
            let settings = ProjectSettings.resolve(
                flags: flags,
                environment: ["ORCHPLAN_ENVIRONMENT": "other"],
                file: loaded,
                workingDirectory: FolderOfTexts.folder
            )
            try DiagnosticLaws.check(settings.diagnostics.filter { $0.primary == nil }, loaded.sources)
        }
    }

    private static func policy(_ input: [UInt8]) throws(BrokenLaw) {
        let loaded = LoadedPolicy.load(
            "/p/policy.yaml",
            shownAs: "policy.yaml",
            files: FolderOfTexts("policy.yaml", input)
        )
        try DiagnosticLaws.check(loaded.diagnostics, loaded.sources)
        if loaded.diagnostics.hasErrors { return }
        let system = try system.get()
        let found = PolicySet([loaded], driver: "local").diagnostics(system)
        try DiagnosticLaws.check(found, system.sources)
        let twice = PolicySet([loaded, loaded], driver: "local").diagnostics(system)
        try expect(twice.count == 2 * found.count, "the same policy twice does not forbid the same twice")
        for pattern in [input, Array(input.prefix(40))].map({ String(decoding: $0, as: UTF8.self) }) {
            try expect(GlobPattern("**").matches(pattern), "`**` does not match everything")
            if !pattern.contains("*") {
                try expect(GlobPattern(pattern).matches(pattern), "a text does not match itself")
            }
        }
    }

    /// What policies are held against: something of everything that they speak of.
    private static let system = Result { () throws(BrokenLaw) in
        try ManifestLaws.compile(
            Array(
                """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web, labels: {tier: front}}
                spec:
                  image: registry.example.com/team/web:1.2
                  command: [serve]
                  privileged: true
                  capAdd: [NET_ADMIN]
                  environment: {PORT: "80", TOKEN: {secret: token}}
                  ports: ["8080-8090:80/tcp", {target: 53, protocol: udp, hostIP: 0.0.0.0, published: 53}]
                  mounts: [/etc/passwd:/x:ro, data:/var/lib/x, {type: tmpfs, target: /t}]
                  envFiles: [web.env]
                  devices: [/dev/fuse]
                ---
                {apiVersion: orchplan/v1, kind: Volume, metadata: {name: data}, spec: {driverOptions: {type: none, device: /srv, o: bind}}}
                ---
                {apiVersion: orchplan/v1, kind: Secret, metadata: {name: token}, spec: {environment: TOKEN}}
                """
                .utf8
            )
        )
        .0
    }
}
