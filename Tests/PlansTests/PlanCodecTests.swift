import ResourceModel
import Testing

@testable import Plans

@Suite struct PrivilegedPortTests {
    /// What the checker says of a service with these ports where ports from `lowest` on are everybody's.
    private func findings(_ ports: [PortSpec], lowest: Int) -> [PlanFinding] {
        let print = Fingerprint(text: String(repeating: "0f", count: 32))
        var spec = ServiceSpec()
        spec.ports = ports
        let address = ResourceAddress(.service, "web")
        let rollout = Rollout(kind: .orchestrated, template: print, desiredReplicas: 1, additions: [1])
        let plan = Plan(
            project: "shop",
            lineage: "",
            serial: 0,
            createdAt: Timestamp(milliseconds: 1),
            driver: "local",
            steps: [PlanStep(id: 0, address: address, action: .create, rollout: rollout)]
        )
        let graph =
            ResourceGraph.build(
                project: "shop",
                resources: [
                    Resource(address: address, metadata: ResourceMetadata(), protect: false, spec: .service(spec))
                ]
            )
            .0
        let context = PlanCheckContext(
            plan: plan,
            graph: graph,
            inventory: Inventory(),
            capabilities: Capabilities(driver: "local", nativeRollout: false, lowestPort: lowest)
        )
        return PlanChecker.check(context).filter { $0.code == "OP3014" }
    }

    @Test("a port that only root has is found before anything runs, published or not, with both ways out")
    func privileged() throws {
        var port = PortSpec()
        port.target = 80
        let target = try #require(findings([port], lowest: 1024).first)
        #expect(target.severity == .error && target.message.contains("target port 80/tcp"))
        #expect(target.help?.contains("1024 or more") == true)
        #expect(target.help?.contains("net.ipv4.ip_unprivileged_port_start=80") == true)
        port.target = 8080
        port.published = PortRange(443, 443)
        #expect(findings([port], lowest: 1024).map(\.message.isEmpty) == [false])
        #expect(findings([port], lowest: 443).isEmpty && findings([port], lowest: 1).isEmpty)
    }
}

@Suite struct PlanCodecTests {
    private let fingerprinter = Fingerprinter(key: ProjectKey(bytes: [UInt8](repeating: 1, count: 32)))

    private var plan: Plan {
        let print = Fingerprint(text: String(repeating: "0f", count: 32))
        let address = ResourceAddress(.service, "web")
        let reasons: [StepReason] = [
            .notRecorded, .notDeclared, .fieldsChanged, .replacementForced(fields: ["mode"]),
            .contentChanged(.init(.secret, "pw")), .tagMoved(image: "shop/web:1"),
            .imagePinned(image: "shop/web:1"), .missing, .drifted("a \"quoted\"\nline"),
            .interrupted(operation: "op"), .unfinished, .recordOnly, .destroyRequested,
            .dependencyReplaced(.init(.network, "n")),
        ]
        let changes = [
            FieldChange(path: "replicas", before: .integer(1), after: .integer(2)),
            FieldChange(path: "digest", before: .string("topsecret"), after: nil, isSensitive: true),
            FieldChange(path: "tty", before: nil, after: .bool(true), forcesReplacement: true),
        ]
        let back = RollbackPlan(
            resource: CanonicalText(text: "{}"),
            fingerprint: print,
            template: print,
            replicas: 3,
            parallelism: 1,
            policy: UpdatePolicy()
        )
        let rollout = Rollout(
            kind: .orchestrated,
            template: print,
            desiredReplicas: 3,
            kept: 1,
            replacements: [SlotReplacement(slot: 2, old: ["a", "b"])],
            additions: [3],
            removals: [InstanceName(slot: 9, id: "c")],
            parallelism: 2,
            rollback: back,
            isProbed: true,
            isJob: true
        )
        let step = PlanStep(
            id: 0,
            address: address,
            action: .update,
            reasons: reasons,
            changes: changes,
            before: CanonicalText(text: "{}"),
            after: CanonicalText(
                Resource(address: address, metadata: ResourceMetadata(), protect: false, spec: .service(ServiceSpec()))
            ),
            beforeFingerprint: print,
            afterFingerprint: print,
            objectName: "web",
            protect: true,
            needs: [StepNeed(step: 0, condition: .healthy)],
            batch: 0,
            rollout: rollout,
            preconditions: [Precondition(address: address, fingerprint: nil, revision: 0)]
        )
        var options = PlanOptions()
        options.targets = [address]
        options.destroy = true
        return Plan(
            project: "shop",
            lineage: "lineage \"1\",\"plan\":",
            serial: 4,
            createdAt: Timestamp(milliseconds: 1),
            expiresAt: Timestamp(milliseconds: 2),
            driver: "local",
            options: options,
            steps: [step],
            unchangedCount: 7,
            drift: [DriftItem(address: address, description: "d", isRepaired: true)],
            findings: [PlanFinding(code: "OP3001", severity: .error, address: address, message: "m", help: "h")],
            forecast: Forecast(
                services: [
                    ServiceForecast(
                        address: address,
                        healthyBefore: 1,
                        fewestHealthy: 0,
                        desired: 3,
                        minimumDuration: .nanoseconds(1_234_567)
                    )
                ],
                minimumDuration: .seconds(90)
            )
        )
    }

    private func failure(_ bytes: [UInt8], lineage: String? = nil) -> PlanFileError? {
        do throws(PlanFileError) {
            _ = try PlanCodec.decode(bytes, lineage: lineage ?? plan.lineage, fingerprinter: fingerprinter)
            return nil
        } catch {
            return error
        }
    }

    @Test func aPlanWithEveryFieldReadsBackExactly() throws {
        let bytes = PlanCodec.encode(plan, fingerprinter: fingerprinter)
        let read = try PlanCodec.decode(bytes, lineage: plan.lineage, fingerprinter: fingerprinter)
        #expect(read == plan)
        #expect(read.digest(fingerprinter) == plan.digest(fingerprinter))
        // It is JSON for everybody else, too.
        #expect(throws: Never.self) { _ = try CanonicalReader.parse(bytes) }
    }

    @Test func everyCutAndEveryChangedByteIsRefused() {
        let bytes = PlanCodec.encode(plan, fingerprinter: fingerprinter)
        for length in stride(from: 20, to: bytes.count - 2, by: 7) {
            #expect(failure(Array(bytes.prefix(length))) == .truncated, "cut at \(length)")
        }
        for index in bytes.indices.dropLast() {
            var changed = bytes
            changed[index] ^= 1
            #expect(failure(changed) != nil, "byte \(index)")
        }
        #expect(failure(bytes + [0x20]) == .edited)
        #expect(failure(bytes.dropLast()) == nil)
    }

    @Test("a step that declares no resource, or another one, is refused: policies and drivers read it as it is")
    func resourcesAreRead() throws {
        for text in ["", "{", #"{"kind":"service"}"#, #"{"kind":"volume","name":"web","spec":{}}"#] {
            var other = plan
            other.steps[0].after = CanonicalText(text: text)
            guard case .unreadable(let detail) = failure(PlanCodec.encode(other, fingerprinter: fingerprinter)) else {
                Issue.record("`\(text)` is taken for a resource")
                continue
            }
            #expect(detail.contains("after"))
        }
    }

    @Test func otherFilesAreToldApart() {
        let bytes = PlanCodec.encode(plan, fingerprinter: fingerprinter)
        #expect(failure([]) == .notAPlan)
        #expect(failure(Array("services:\n  web: {}\n".utf8)) == .notAPlan)
        #expect(failure(bytes, lineage: "another") == .wrongLineage(found: plan.lineage))
        let newer = String(decoding: bytes, as: UTF8.self)
            .replacing(#""orchplanPlan":"1.0""#, with: #""orchplanPlan":"2.3""#)
        #expect(failure(Array(newer.utf8)) == .newerVersion(found: "2.3"))
        #expect(failure(Array(("{\n " + newer.dropFirst()).utf8)) == .edited)
    }

    @Test func anotherKeyMakesAnotherDigest() {
        let other = Fingerprinter(key: ProjectKey(bytes: [UInt8](repeating: 2, count: 32)))
        #expect(plan.digest(other) != plan.digest(fingerprinter))
        #expect(failure(PlanCodec.encode(plan, fingerprinter: other)) == .edited)
    }

    @Test func thePublicFormOfALongPlanComesInPieces() throws {
        var long = plan
        long.steps = (0..<4_000).map { _ in plan.steps[0] }
        var pieces: [[UInt8]] = []
        PlanJSON.encode(long) { pieces.append($0) }
        #expect(pieces.count > 2)
        let tree = try CanonicalReader.parse(pieces.joined())
        #expect(tree["steps"]?.array?.count == 4_000)
        #expect(tree["forecast"]?["minimumDuration"]?.string == "1m30s")
    }

    @Test func thePublicFormShowsNoSensitiveValue() throws {
        let bytes = PlanJSON.encode(plan)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("topsecret"))
        #expect(!text.contains(String(repeating: "0f", count: 32)))
        let tree = try CanonicalReader.parse(bytes)
        #expect(tree["formatVersion"]?.string == "1.0")
        #expect(tree["summary"]?["change"]?.integer == 1)
        let step = tree["steps"]?.array?.first
        #expect(step?["reasons"]?.array?[3]["text"]?.string == "mode cannot change in place")
        #expect(step?["changes"]?.array?[2]["before"] == .null)
        #expect(step?["rollout"]?["canRollBack"] == .bool(true))
        #expect(tree["forecast"]?["minimumDuration"]?.string == "1m30s")
    }
}
