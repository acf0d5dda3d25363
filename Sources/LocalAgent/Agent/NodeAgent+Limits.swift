import ResourceModel

extension NodeAgent {
    /// Tells projects apart among control groups: a digest of the project's directory and environment.
    static func cgroupName(_ directory: AgentDirectory) -> String {
        let digits = String(digest(directory.scope), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Makes the instance's control groups and sets its limits; its record tells of both.
    ///
    /// A machine that refuses is no reason not to run: what holds is told, and what does not.
    /// - Returns: The limits that its processes have to be given.
    func prepareLimits(_ instance: InstanceRuntime) -> [ShimLimit] {
        let spec = instance.record.spec
        let wanted = spec.resources?.limits ?? ResourceLimits()
        // The program outside of the sandbox and, unless the command is that itself, the first process in it.
        let overhead = spec.initProcess == false ? 1 : 2
        var plan = LimitPlan(wanted, cgroups.hierarchies, overhead: overhead)
        do throws(SystemError) {
            let made = try cgroups.make(instance.record.id, plan.settings)
            let old = instance.record.cgroups.filter { !made.contains($0) }
            instance.record.cgroups = made
            ProjectCgroups.remove(old)
            rememberCgroups()
        } catch {
            instance.record.cgroups = []
            plan = LimitPlan(wanted, [], overhead: overhead, reason: error.description)
            note(instance.record.id, error.description)
        }
        instance.record.limits = plan.held
        return plan.limits
    }

    /// Removes the groups of an instance that is gone; one that the kernel still needs for a moment is tried again.
    func removeCgroups(_ instance: InstanceRuntime) {
        let left = instance.record.cgroups
        guard !ProjectCgroups.removeWithProject(left) else { return }
        Task {
            for _ in 0..<20 {
                try? await Task.sleep(for: .milliseconds(50))
                if ProjectCgroups.removeWithProject(left) { return }
            }
            note(instance.record.id, "its control groups cannot be removed yet")
        }
    }

    /// What memory that ran out is called.
    static func memoryMessage(_ record: InstanceRecord) -> String {
        let limit = record.spec.resources?.limits?.memory.map { " (limit \($0.text))" } ?? ""
        return "killed: out of memory\(limit)"
    }

    // MARK: What is left of earlier agents

    /// Removes this project's empty groups that no instance has, wherever an agent has made some.
    ///
    /// An agent that is started from another session makes groups in another place; the places are remembered.
    func sweepCgroups() {
        let known = loadCgroupPlaces()
        for place in Set(known.places + cgroups.directories) {
            ProjectCgroups.sweep(place, keeping: Set(instances.keys))
        }
        var left = CgroupPlaces()
        left.places = known.places.filter { FileTree.exists($0) }
        if left != known { saveCgroupPlaces(left) }
    }

    /// Writes down where the project's groups are, before an instance is in them.
    private func rememberCgroups() {
        var known = loadCgroupPlaces()
        let new = cgroups.directories.filter { !known.places.contains($0) }
        guard !new.isEmpty else { return }
        known.places += new
        saveCgroupPlaces(known)
    }

    private func loadCgroupPlaces() -> CgroupPlaces {
        guard let bytes = (try? DurableFile.read(directory.cgroupRecord)).flatMap({ $0 }),
            let value = try? CanonicalReader.parse(bytes), let places = try? CgroupPlaces(canonical: value)
        else { return CgroupPlaces() }
        return places
    }

    private func saveCgroupPlaces(_ places: CgroupPlaces) {
        do throws(AgentError) {
            try directory.save(places, at: directory.cgroupRecord)
        } catch {
            note("agent", error.message)
        }
    }
}

/// The directories of control groups that agents of this project have made.
struct CgroupPlaces: Sendable, Hashable {
    var places: [String] = []

    init() {}
}

extension CgroupPlaces: CanonicalRecord {
    static let fields: [CanonicalField<CgroupPlaces>] = [.init("places", \.places)]
}
