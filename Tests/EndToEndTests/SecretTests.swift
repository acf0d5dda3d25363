import Foundation
import Testing

/// Secrets from every source reach the instance, and only it; looking needs none of them.
@Suite("Secrets come from where their manifests say", .serialized)
struct SecretTests {
    private static let manifests = """
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: sealed}
        spec: {age: sealed.age}
        ---
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: given}
        spec: {environment: GIVEN}
        ---
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: made}
        spec: {generate: {length: 24, charset: hex}}
        ---
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: reader}
        spec:
          command: [sh, -c, 'wc -c < /run/secrets/sealed; wc -c < /run/secrets/given; wc -c < /run/secrets/made; echo "$${#TOKEN} in TOKEN"; exec sleep 1000']
          environment:
            TOKEN: {secret: given}
          secrets: [sealed, given, made]
          update: {monitor: 100ms}
        """

    @Test("encrypted, given, generated: each arrives whole, and a changed one rolls its service")
    func sources() throws {
        try Project.with(try Project(["orchplan.yaml": "project: secrets\n", "manifests/all.yaml": Self.manifests])) {
            project in
            try seal("sealed-canary-1", in: project)
            let identity = ["ORCHPLAN_AGE_IDENTITY": "identity.txt", "GIVEN": "given-canary"]
            let applied = try project.orchplan("apply", "--yes", environment: identity)
            #expect(applied.status == 0, "\(applied.all)")
            try eventually("the instance has counted its secrets") {
                try project.orchplan("logs", "reader").out.contains("12 in TOKEN")
            }
            let lines = try project.orchplan("logs", "reader").out.split(separator: "\n")
                .map { $0.split(separator: " ").last ?? "" }
            #expect(lines.prefix(3) == ["15", "12", "24"])

            // Where the secrets are not, they count as unchanged, and it is told that nobody knows; applying needs them only when it hands them out.
            let diff = try project.orchplan("diff")
            #expect(diff.status == 2, "\(diff.all)")
            #expect(diff.out.contains("taken as unchanged"))

            try seal("sealed-canary-two", in: project)
            let plan = try project.orchplan("plan", environment: identity)
            #expect(plan.out.contains("because secret/sealed has new content"), "\(plan.out)")
            let rolled = try project.orchplan("apply", "--yes", environment: identity)
            #expect(rolled.status == 0, "\(rolled.all)")
            for text in [applied.all, diff.all, plan.all, rolled.all] { #expect(!text.contains("canary")) }
            #expect(try project.orchplan("diff", environment: identity).status == 0)
        }
    }

    /// Encrypts a text for an identity of the test's own.
    private func seal(_ text: String, in project: Project) throws {
        let script = """
            [ -f identity.txt ] || age-keygen -o identity.txt 2>/dev/null
            printf %s '\(text)' | age -r "$(age-keygen -y identity.txt)" -o manifests/sealed.age
            """
        let run = try RunningProcess(
            ["sh", "-c", script],
            directory: project.directory,
            environment: project.orchplan.environment,
            input: nil
        )
        let output = try run.wait()
        #expect(output.status == 0, "\(output.all)")
    }
}
