import ResourceModel

/// Gathers the options of a sandbox in the order in which they take effect.
struct SandboxBuilder<Facts: HostFacts> {
    let request: SandboxRequest
    let host: Facts
    let user: InstanceUser
    let template: InstanceTemplate
    var layout: MountLayout<Facts>
    var contents: [PlannedContent] = []
    var directories: [StagedSource] = []
    /// Folders that instances may write to, without symbolic links.
    private let writableFolders: Set<String>
    private let rootfs: String

    init(request: SandboxRequest, host: Facts, user: InstanceUser, template: InstanceTemplate) {
        self.request = request
        self.host = host
        self.user = user
        self.template = template
        let rootfs = request.spec.rootfs.map { SandboxPlan.absolute($0, in: request.projectDirectory) } ?? ""
        layout = MountLayout(
            host: host,
            base: rootfs.isEmpty || rootfs == "/" ? "" : host.resolved(rootfs),
            stage: host.resolved(request.maskedDirectory)
        )
        writableFolders = Set(request.writableFolders.map { host.resolved($0) })
        self.rootfs = rootfs
    }

    /// The path without symbolic links; throws where one of them lies in a folder that instances may write to.
    ///
    /// Whoever may write there decides where such a link leads, and what is mounted is what a manifest said.
    func trusted(_ path: String, for purpose: String) throws(AgentError) -> String {
        var planted: String?
        let real = host.resolved(path) { link in
            let folder = MountLayout<Facts>.parent(of: link)
            let isOpen = writableFolders.contains { $0 == "/" || folder == $0 || folder.hasPrefix($0 + "/") }
            if isOpen, planted == nil { planted = link }
        }
        if let planted {
            throw AgentError(
                .invalid,
                "\(path) \(purpose) leads through \(planted), a symbolic link in a folder that instances may write to",
                help: "name what it leads to, or mount that folder with `readOnly: true`"
            )
        }
        guard real != layout.stage, !real.hasPrefix(layout.stage + "/"),
            !real.split(separator: "/").contains(".orchplan")
        else {
            throw AgentError(
                .invalid,
                "\(path) \(purpose) is among what orchplan keeps for itself",
                help: "mount a file or folder of yours"
            )
        }
        return real
    }

    mutating func build(hostname: String, workingDirectory: String) throws(AgentError) {
        if !layout.base.isEmpty {
            let base = try trusted(rootfs, for: "as rootfs")
            guard base == layout.base, host.entry(at: base) == .directory else {
                throw AgentError(.invalid, "rootfs \(layout.base) is no directory")
            }
        }
        addIsolation(hostname: hostname)
        layout.bindBase()
        addSystemDirectories()
        layout.exposeIfHidden(request.projectDirectory)
        try addMounts()
        try addHostsFile()
        try addResolver()
        try addFiles()
        maskState()
        layout.seal()
        layout.add("--chdir", workingDirectory)
        addCapabilities()
    }

    private mutating func addIsolation(hostname: String) {
        layout.add("--die-with-parent", "--json-status-fd", "4")
        if !request.isRoot {
            layout.add("--unshare-user")
            if user.isOther { layout.add("--uid", "\(user.id)", "--gid", "\(user.group)") }
        }
        layout.add("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", hostname)
        // Pid 1 has no default signal handlers, which surprises most programs: it has to be asked for.
        if request.spec.initProcess == false { layout.add("--as-pid-1") }
    }

    /// /dev by hand: the sandbox program's own makes a nested user namespace, which health commands could not join.
    private mutating func addSystemDirectories() {
        layout.add("--proc", "/proc")
        sealKernelSettings()
        layout.add("--ro-bind", "/sys", "/sys", "--tmpfs", "/dev")
        for name in ["null", "zero", "full", "random", "urandom", "tty"] {
            layout.add("--dev-bind", "/dev/\(name)", "/dev/\(name)")
        }
        layout.add("--symlink", "/proc/self/fd", "/dev/fd")
        for (index, name) in ["stdin", "stdout", "stderr"].enumerated() {
            layout.add("--symlink", "/proc/self/fd/\(index)", "/dev/\(name)")
        }
        layout.add("--perms", "1777")
        if let size = request.spec.shmSize { layout.add("--size", "\(size.bytes)") }
        layout.add("--tmpfs", "/dev/shm", "--perms", "1777", "--tmpfs", "/tmp", "--perms", "0755", "--tmpfs", "/run")
    }

    /// Keeps the machine's settings from instances of root, as container engines do.
    ///
    /// The kernel lets root's id write them without any capability, and one of them names a program that the machine
    /// runs, outside of every sandbox. The sandbox program covers only what it may itself write to as a folder.
    private mutating func sealKernelSettings() {
        guard request.isRoot, !request.spec.privileged else { return }
        for name in ["fs", "sys", "sysrq-trigger"] where host.entry(at: "/proc/\(name)") != nil {
            layout.add("--ro-bind", "/proc/\(name)", "/proc/\(name)")
        }
    }

    /// Hides the project's own state: it holds secrets of other services and the agent's socket.
    private mutating func maskState() {
        let masked = request.maskedDirectory
        // A root that holds the project shows it as any folder that is bound.
        if !layout.base.isEmpty { hide(below: host.resolved(layout.base), at: "/") }
        guard layout.base.isEmpty, !masked.isEmpty, layout.isInBase(masked), host.entry(at: masked) == .directory
        else { return }
        layout.add("--tmpfs", masked, "--remount-ro", masked)
    }

    private mutating func addHostsFile() throws(AgentError) {
        guard !request.hostsFile.isEmpty else { return }
        let place = try layout.prepare("/etc/hosts", isDirectory: false)
        layout.add("--ro-bind", own(request.hostsFile), place.path)
    }

    private mutating func own(_ file: String) -> String {
        layout.stage(StagedSource(host.resolved(file), isOwn: true))
    }

    /// The manifest's name servers, or the machine's where their file lies in what the sandbox has of its own.
    private mutating func addResolver() throws(AgentError) {
        let path = "/etc/resolv.conf"
        if !request.resolverFile.isEmpty {
            let place = try layout.prepare(path, isDirectory: false)
            layout.add("--ro-bind", own(request.resolverFile), place.path)
        } else if layout.base.isEmpty, !layout.isInBase(layout.resolve(path)) {
            layout.add("--ro-bind-try", path, layout.resolve(path))
        }
    }

    private mutating func addCapabilities() {
        guard request.isRoot, !request.spec.privileged else { return }
        layout.add("--cap-drop", "ALL")
        for name in CapabilityTable.effective(add: request.spec.capAdd, drop: request.spec.capDrop) {
            layout.add("--cap-add", name)
        }
    }

    /// Fails early and in plain words when the program is not there; what lies on a mount is left to the start.
    func checkCommand(_ command: [String], variables: [PlannedVariable], directory: String) throws(AgentError) {
        guard let program = command.first, !program.isEmpty else {
            throw AgentError(
                .invalid,
                "service \(request.service) has no command",
                help: "the local driver runs programs, not images: give the service a command"
            )
        }
        if program.contains("/") {
            let path = SandboxPlan.absolute(program, in: directory)
            let place = layout.base + layout.resolve(path)
            guard canJudge(path), !host.isExecutable(place) else { return }
            throw unusable(program, as: path, place, from: directory)
        }
        var path = InstanceEnvironment.defaultPath
        for variable in variables where variable.name == "PATH" {
            guard case .text(let text) = variable.value else { return }
            path = text
        }
        for entry in path.split(separator: ":") {
            let candidate = SandboxPlan.absolute("\(entry)/\(program)", in: directory)
            if !canJudge(candidate) || host.isExecutable(layout.base + layout.resolve(candidate)) { return }
        }
        throw AgentError(
            .invalid,
            "command \(program) is not on this machine",
            help: "install it, give its full path as \(source) of service/\(request.service),"
                + " or set PATH (now \(path)) in its environment"
        )
    }

    /// What is wrong with a program that is named by its path.
    private func unusable(_ program: String, as path: String, _ place: String, from directory: String) -> AgentError {
        let root = layout.base.isEmpty ? "on this machine" : "in the root \(layout.base)"
        let correct = "correct \(source) of service/\(request.service)"
        let fault: String
        let help: String
        switch host.entry(at: host.resolved(place)) {
        case nil:
            fault = "there is no such file \(root)"
            help =
                "install it there, or \(correct)"
                + (program.hasPrefix("/") ? "" : ": it is looked for from \(directory)")
        case .directory:
            fault = "it is a directory"
            help = correct
        case .file, .link:
            fault = "it may not be executed"
            help = "run chmod +x on it, or \(correct)"
        }
        return AgentError(.invalid, "command \(path) cannot be run: \(fault)", help: help)
    }

    /// The field of the manifest that names the program.
    private var source: String { (request.spec.entrypoint ?? []).isEmpty ? "`command`" : "`entrypoint`" }

    private func canJudge(_ path: String) -> Bool {
        let resolved = layout.resolve(path)
        guard layout.isInBase(resolved) else { return false }
        return !request.spec.mounts.contains { resolved.hasPrefix($0.target + "/") || resolved == $0.target }
    }
}
