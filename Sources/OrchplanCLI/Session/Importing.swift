import Applying
import Drivers
import Manifests
import ResourceModel
import SourceDiagnostics
import StateStores

/// What somebody asks to import.
struct ImportWish: Sendable {
    /// `[kind/]name[=object]`; none: everything.
    var words: [String]
    var isApproved: Bool
    var format: TextOrJSON
}

extension Workspace {
    /// Refuses a driver whose cluster nobody else has put anything into.
    func requireImportingDriver() throws {
        let recorded = RecordedState(project: settings.project, lineage: "", serial: 0, key: .forThisRun())
        guard try makeDriver(recorded: recorded) is any ClusterAdopting else {
            throw CommandFailure(
                "the driver \(settings.driver.name) has nothing to import: all that runs there was made by orchplan",
                help: "import takes over what runs in a swarm (driver: swarm)"
            )
        }
    }

    /// The manifests with the places of their resources; what is wrong with them is reported first.
    func compiledForImport() async throws -> CheckedManifests {
        let checked = try await check()
        guard checked.graph != nil else {
            report(checked, to: errors, .errors)
            throw CommandFailure(silently: 1)
        }
        return checked
    }

    /// Looks, shows, asks, and takes over, under the lock that is held.
    ///
    /// - Returns: The exit code.
    func importAll(
        _ wish: ImportWish,
        _ compiled: CheckedManifests,
        store: any StateStore,
        grant: LockGrant
    ) async throws -> Int32 {
        let recorded = try await recordedState()
        let (report, driver) = try await importReport(wish, compiled, recorded)
        let adoptions = report.adoptions
        guard !report.isRefused, !adoptions.isEmpty else {
            return conclude(unchanged: report, wish.format)
        }
        if wish.format == .text { show(report, .text, isDone: false) }
        if !wish.isApproved {
            if wish.format == .json { errors.write(ImportView(report).text(terminal.format(.errors))) }
            try approveImport(adoptions.count)
        }
        let request = ImportRequest(
            adoptions: adoptions,
            desired: Self.desired(recorded, adoptions),
            author: Self.author,
            grant: grant
        )
        let runner = ImportRunner(driver: driver, store: store, wallTime: { SystemTimestamp.now() })
        let conclusion: ImportConclusion
        do {
            conclusion = try await runner.run(request)
        } catch {
            switch error {
            case .store(let error): throw CommandFailure(error)
            case .driver(let error): throw CommandFailure(error)
            }
        }
        return conclude(report, conclusion, wish.format)
    }

    /// Shows what there is, and says where something stands in the way.
    ///
    /// - Returns: The exit code.
    func conclude(unchanged report: ImportReport, _ format: TextOrJSON) -> Int32 {
        show(report, format, isDone: false)
        guard report.isRefused else { return 0 }
        errors.write(ErrorView("nothing was imported", help: report.wayOut).text(terminal.format(.errors)))
        return 1
    }

    private func conclude(_ report: ImportReport, _ conclusion: ImportConclusion, _ format: TextOrJSON) -> Int32 {
        var report = report
        report.imported = conclusion.imported
        switch format {
        case .json: show(report, .json, isDone: true)
        case .text:
            output.write(
                ImportView(report).ending(terminal.format(.output), nextCommand: settings.environmentFlag)
            )
        }
        guard let failure = conclusion.failure else { return 0 }
        errors.write(ErrorView(failure.error).text(terminal.format(.errors)))
        return 1
    }

    private func show(_ report: ImportReport, _ format: TextOrJSON, isDone: Bool) {
        switch format {
        case .text: output.write(ImportView(report).text(terminal.format(.output)))
        case .json: output.write(ImportJSON(report, isDone: isDone).text() + "\n")
        }
    }

    private func approveImport(_ count: Int) throws {
        let question = ConfirmView(
            question: "Do you want project \(settings.project) (driver \(settings.driver.name)) to own"
                + " \(count == 1 ? "this object" : "these \(count) objects") from now on?"
        )
        errors.write("\n" + question.text(terminal.format(.errors)))
        guard ConfirmView.isApproved(readLine()) else {
            throw CommandFailure("not approved, nothing was changed")
        }
    }

    /// What is declared of everything that is recorded once the import is done.
    private static func desired(_ recorded: RecordedState, _ adoptions: [Adoption]) -> [CanonicalText] {
        var texts: [ResourceAddress: CanonicalText] = [:]
        for resource in recorded.resources { texts[resource.address] = resource.resource }
        for adoption in adoptions { texts[adoption.address] = CanonicalText(adoption.request.resource) }
        return texts.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension Workspace {
    /// What there is to import, and what stands in the way.
    func importReport(
        _ wish: ImportWish,
        _ compiled: CheckedManifests,
        _ recorded: RecordedState
    ) async throws -> (report: ImportReport, driver: any ClusterAdopting) {
        guard let declared = compiled.graph else { throw CommandFailure(silently: 1) }
        let basis = try await planBasis(graph: declared, recorded: recorded, takesOver: true)
        for (name, reason) in basis.unread.sorted(by: { $0.key < $1.key }) {
            tell("secret/\(name) is taken as unchanged: \(reason)")
        }
        guard let driver = basis.driver as? any ClusterAdopting else { throw CommandFailure(silently: 1) }
        var fingerprinter = Fingerprinter(key: recorded.key)
        let graph = basis.graph.pinned(secrets: basis.secrets, fingerprinter: &fingerprinter)
        let selection = try ImportSelection(wish.words, graph: graph, recorded: recorded)
        let findings: [AdoptionFinding]
        do throws(DriverError) {
            try await driver.checkIdentity(of: recorded)
            let requests = selection.requests(graph, &fingerprinter)
            findings = try await driver.findings(for: requests, in: graph)
                .map { $0.pinned(&fingerprinter) }
        } catch {
            throw CommandFailure(error)
        }
        let places = compiled.result?.ranges ?? [:]
        let report = ImportReport(
            project: settings.project,
            driver: settings.driver.name,
            items: selection.items(findings, recorded) { address in
                places[address].flatMap { compiled.sources.place(of: $0) }
            }
        )
        return (report, driver)
    }
}

extension AdoptionFinding {
    /// The finding with the image's content in what is to be recorded: it is what runs, so that no plan has to pin it.
    fileprivate func pinned(_ fingerprinter: inout Fingerprinter) -> AdoptionFinding {
        guard case .adoptable(var adoption) = verdict, let digest = adoption.imageDigest,
            var spec = adoption.request.resource.spec.service
        else { return self }
        spec.imageDigest = digest
        adoption.request.resource.spec = .service(spec)
        adoption.request.template = fingerprinter.fingerprint(spec, scope: .instance)
        return AdoptionFinding(address, object: object, .adoptable(adoption))
    }
}
