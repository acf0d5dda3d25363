import Manifests
import Policies
import SourceDiagnostics

/// What is wrong with the project file and the policies, as diagnostics of a run that tells of manifests, too.
struct SettingsFaults {
    /// The files of the run, and behind them those of the settings.
    var sources: SourceMap
    /// The project file among the sources.
    private(set) var projectFile: SourceID?
    /// Where the files of the settings lie, absolute.
    private(set) var places: [SourceID: String] = [:]
    private(set) var diagnostics: [Diagnostic] = []
    /// The policies that could be read.
    private(set) var policies: PolicySet

    init(_ workspace: Workspace, _ sources: SourceMap) {
        self.sources = sources
        let settings = workspace.settings
        let loaded = workspace.loadedPolicies()
        policies = PolicySet(loaded.filter { !$0.diagnostics.hasErrors }, driver: settings.driver.name)
        if let file = settings.file {
            let id = self.sources.add(file)
            projectFile = id
            places[id] = PathRules.joined(settings.root, LoadedProject.fileName)
            add(workspace.loaded?.diagnostics ?? [], id)
        } else {
            diagnostics += workspace.loaded?.diagnostics ?? []
        }
        let own = projectFile.map { ProjectPlaces(settings, in: $0) }
        diagnostics += settings.diagnostics.map { own?.placed($0, of: settings.fields[$0]) ?? $0 }
        for (index, (policy, setting)) in zip(loaded, settings.policies).enumerated()
        where !policy.diagnostics.isEmpty {
            guard let file = policy.sources.files.first else {
                // The project's own policy comes first.
                let isOwn = index == 0 && workspace.loaded?.project.policy != nil
                diagnostics += policy.diagnostics.map { own?.placed($0, of: isOwn ? "policy" : nil) ?? $0 }
                continue
            }
            let id = self.sources.add(file)
            places[id] = setting.path
            add(policy.diagnostics, id)
        }
    }

    /// Settings are never mended: their advice stays in words.
    private mutating func add(_ found: [Diagnostic], _ id: SourceID) {
        diagnostics += found.map { diagnostic in
            var diagnostic = diagnostic.moved(to: id)
            diagnostic.help = diagnostic.help.map { Help($0.text) }
            return diagnostic
        }
    }
}

extension SettingsFaults {
    /// How many files of settings something is told of; they count like the manifests then.
    ///
    /// - Parameters:
    ///   - range: Which of the files of a run are no manifests.
    ///   - isNamed: Whether the project file is counted already.
    func filesBeside(_ range: Range<Int>, _ findings: [Finding], named isNamed: Bool) -> Int {
        let files = findings.lazy
            .filter { $0.standing == .counts && $0.diagnostic.severity != .note }
            .compactMap { $0.diagnostic.primary?.range.file }
            .filter { range.contains(Int($0.rawValue)) && !(isNamed && $0 == projectFile) }
        return Set(files).count
    }
}

extension Workspace {
    /// Whether it is known what the project is: its environment, and its driver.
    var isKnown: Bool {
        (try? driverCapabilities()) != nil && !settings.diagnostics.contains { $0.code == .noEnvironment }
    }
}
