import ResourceModel
import Testing

@testable import LocalAgent

@Suite("Where limits are held")
struct LimitPlanTests {
    /// A machine with the given files; those that are listed are writable.
    struct Machine: CgroupFacts {
        var mounts: String
        var groups: String
        var files: [String: String] = [:]
        var writable: Set<String> = []

        func text(_ path: String) -> String? { files[path] }
        func isWritable(_ path: String) -> Bool { writable.contains(path) }
    }

    static var limits: ResourceLimits {
        var limits = ResourceLimits()
        limits.memory = ByteCount(bytes: 64 << 20)
        limits.cpus = CPUCount(nanoCPUs: 500_000_000)
        limits.pids = 20
        return limits
    }

    private func texts(_ machine: Machine) -> [String] {
        LimitPlan(Self.limits, CgroupHierarchy.usable(machine), overhead: 2).held.map(\.text)
    }

    @Test("version 1 has a tree for each controller, and each is used where it can be written")
    func versionOne() {
        var machine = Machine(
            mounts: """
                32 31 0:29 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                35 31 0:32 /box /cg/memory rw - cgroup cgroup rw,memory
                39 31 0:36 / /cg/pids rw - cgroup cgroup rw,pids
                40 31 0:37 / /cg/systemd rw - cgroup cgroup rw,name=systemd
                41 31 0:38 / /cg/unified rw - cgroup2 cgroup2 rw
                """,
            groups: "9:name=systemd:/\n8:pids:/a/b\n4:memory:/box/mine\n1:cpu,cpuacct:/\n0::/\n"
        )
        machine.writable = [
            "/cg/cpu,cpuacct", "/cg/cpu,cpuacct/cgroup.procs", "/cg/memory/mine", "/cg/memory/mine/cgroup.procs",
            "/cg/pids", "/cg/pids/cgroup.procs",
        ]
        let found = CgroupHierarchy.usable(machine)
        #expect(found.map(\.parent) == ["/cg/cpu,cpuacct", "/cg/memory/mine"])
        let held = LimitPlan(Self.limits, found, overhead: 2)
        #expect(
            held.held.map(\.text) == [
                "memory 64MiB (cgroup v1)", "cpus 0.5 (cgroup v1)", "pids 20: not enforced: no writable cgroup",
            ]
        )
        #expect(
            held.settings.map { "\($0.file) \($0.text)" } == [
                "memory.limit_in_bytes 67108864", "memory.memsw.limit_in_bytes 67108864", "cpu.cfs_period_us 100000",
                "cpu.cfs_quota_us 50000",
            ]
        )
        #expect(held.limits.isEmpty)
    }

    @Test("version 2 is used from the nearest group on that may pass its controllers down")
    func versionTwo() {
        let session = "/cg/user.slice/user.service"
        var machine = Machine(
            mounts: "41 31 0:38 / /cg rw - cgroup2 cgroup2 rw",
            groups: "0::/user.slice/user.service/app.slice/run.scope\n"
        )
        for path in [session, "\(session)/app.slice", "\(session)/app.slice/run.scope"] {
            machine.files["\(path)/cgroup.type"] = "domain\n"
            machine.files["\(path)/cgroup.controllers"] = "cpu memory pids\n"
            machine.writable.formUnion([path, "\(path)/cgroup.procs", "\(path)/cgroup.subtree_control"])
        }
        // The own group has processes: its children cannot have controllers. The one above has been given some.
        machine.files["\(session)/app.slice/run.scope/cgroup.procs"] = "17\n"
        machine.files["\(session)/app.slice/cgroup.procs"] = "4\n"
        machine.files["\(session)/app.slice/cgroup.subtree_control"] = "memory pids\n"
        let found = CgroupHierarchy.usable(machine)
        #expect(found.map(\.parent) == ["\(session)/app.slice"])
        #expect(
            texts(machine) == [
                "memory 64MiB (cgroup v2)", "cpus 0.5: not enforced: no writable cgroup", "pids 20 (cgroup v2)",
            ]
        )
        #expect(
            LimitPlan(Self.limits, found, overhead: 2).settings.contains { $0.file == "pids.max" && $0.text == "22" }
        )
        // Once it is empty it may pass on all that it has.
        machine.files["\(session)/app.slice/cgroup.procs"] = ""
        #expect(texts(machine)[1] == "cpus 0.5 (cgroup v2)")
    }

    @Test("without any, memory is a limit of each process and the rest is told to be unheld")
    func none() {
        let machine = Machine(mounts: "41 31 0:38 / /cg rw - cgroup2 cgroup2 rw", groups: "0::/\n")
        #expect(CgroupHierarchy.usable(machine).isEmpty)
        let plan = LimitPlan(Self.limits, [], overhead: 2)
        #expect(plan.limits == [ShimLimit(resource: LimitPlan.dataLimit, soft: 64 << 20, hard: 64 << 20)])
        #expect(
            plan.held.map(\.text) == [
                "memory 64MiB (rlimit on the data of each process)", "cpus 0.5: not enforced: no writable cgroup",
                "pids 20: not enforced: no writable cgroup",
            ]
        )
    }
}
