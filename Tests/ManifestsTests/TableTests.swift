import ResourceModel
import SourceDiagnostics
import Testing

@testable import Manifests

@Suite("The tables of manifests and of canonical text agree")
struct TableTests {
    /// Names in both tables, but for those that only one of them can have.
    private func agree<Draft, Record: CanonicalRecord>(
        _ table: FieldTable<Draft>,
        _ record: Record.Type,
        manifestOnly: Set<String> = [],
        canonicalOnly: Set<String> = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let here = Set(table.rows.map(\.info.name.text))
        let there = Set(Record.fields.map(\.name.text))
        #expect(here.subtracting(manifestOnly) == there.subtracting(canonicalOnly), sourceLocation: sourceLocation)
        #expect(manifestOnly.isSubset(of: here) && canonicalOnly.isSubset(of: there), sourceLocation: sourceLocation)
    }

    @Test("every record has the same fields in both")
    func fields() {
        agree(
            ServiceDraft.table,
            ServiceSpec.self,
            manifestOnly: ["envFiles", "protect"],
            canonicalOnly: ["imageDigest"]
        )
        agree(NetworkDraft.table, NetworkSpec.self, manifestOnly: ["protect"])
        agree(VolumeDraft.table, VolumeSpec.self, manifestOnly: ["protect"])
        agree(
            SecretDraft.table,
            SecretSpec.self,
            manifestOnly: ["protect", "file", "environment", "generate", "age", "external"],
            canonicalOnly: ["source", "digest"]
        )
        agree(ConfigDraft.table, ConfigSpec.self, manifestOnly: ["protect", "file", "environment"])
        agree(MetadataDraft.table, ResourceMetadata.self, manifestOnly: ["name"])
        agree(HealthCheckDraft.table, HealthCheck.self)
        agree(HTTPProbeDraft.table, HTTPProbe.self)
        agree(TCPProbeDraft.table, TCPProbe.self)
        agree(PortSpec.table, PortSpec.self)
        agree(NetworkAttachment.table, NetworkAttachment.self, canonicalOnly: ["object"])
        agree(MountSpec.table, MountSpec.self, canonicalOnly: ["object"])
        agree(FileReference.table, FileReference.self, canonicalOnly: ["object"])
        agree(ServiceDependency.table, ServiceDependency.self)
        agree(LoggingSpec.table, LoggingSpec.self)
        agree(Ulimit.table, Ulimit.self)
        agree(ScalePolicy.table, ScalePolicy.self)
        agree(ResourceRequirements.table, ResourceRequirements.self)
        agree(ResourceLimits.table, ResourceLimits.self)
        agree(ResourceReservations.table, ResourceReservations.self)
        agree(Placement.table, Placement.self)
        agree(RestartPolicy.table, RestartPolicy.self)
        agree(UpdatePolicy.table, UpdatePolicy.self)
        agree(IPAMSpec.table, IPAMSpec.self)
        agree(SubnetSpec.table, SubnetSpec.self)
    }

    @Test("no table names a field twice, and the index finds every one and nothing else")
    func index() {
        let table = ServiceDraft.table
        for (position, row) in table.rows.enumerated() {
            var name = row.info.name.text
            #expect(name.withUTF8 { table.row(of: $0) } == position)
            name += "x"
            #expect(name.withUTF8 { table.row(of: $0) } == nil)
            #expect(!row.info.doc.isEmpty && row.info.doc.hasSuffix("."))
        }
    }

    @Test("null in an overlay puts every field back to its default")
    func resets() async {
        for row in ServiceDraft.table.rows {
            var draft = ServiceDraft()
            row.reset(&draft)
            #expect(draft.spec == ServiceSpec(), "\(row.info.name)")
            #expect(!draft.protect && draft.envFiles.isEmpty && draft.healthcheck == nil && draft.readiness == nil)
        }
        for row in NetworkDraft.table.rows {
            var draft = NetworkDraft()
            row.reset(&draft)
            #expect(draft.spec == NetworkSpec(), "\(row.info.name)")
        }
    }

    @Test("the codes of diagnostics are told apart by number and by name")
    func codes() {
        let codes = DiagnosticCode.manifestCodes
        #expect(Set(codes.map(\.id)).count == codes.count)
        #expect(Set(codes.map(\.slug)).count == codes.count)
    }
}
