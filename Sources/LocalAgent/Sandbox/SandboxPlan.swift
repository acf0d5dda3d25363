import ResourceModel

/// How one instance is run: options of `bwrap`, variables, contents and command.
///
/// A pure function of its request.
package struct SandboxPlan: Sendable, Hashable {
    /// Options of the sandbox program without the variables; holds no secret.
    package var options: [String]
    package var variables: [PlannedVariable]
    /// Files whose content comes through descriptors, from 5 on in this order.
    package var contents: [PlannedContent]
    /// What is run inside, `setpriv` included.
    package var command: [String]
    package var user: InstanceUser
    package var workingDirectory: String
    package var limits: [ShimLimit]
    /// Directories to make before the start.
    package var directories: [StagedSource]
    /// The project's own state, without symbolic links, which is not there for the sandbox program.
    package var hidden: String
    /// What stands in `hidden` for it instead, by number.
    package var sources: [StagedSource]

    /// The first descriptor that holds a content; 3 has the options, 4 takes the sandbox's status.
    package static let firstContentDescriptor = 5

    /// Plans an instance; throws when the machine cannot run it as the manifest says.
    package static func make(_ request: SandboxRequest, host: some HostFacts) throws(AgentError) -> SandboxPlan {
        let user = try InstanceUser.resolve(request, host)
        let template = InstanceTemplate(request)
        let hostname = try template.expand(request.spec.hostname ?? defaultHostname(request))
        guard HostsFile.isName(hostname) else {
            throw AgentError(
                .invalid,
                "the host name of service/\(request.service) is none once its placeholders are filled in",
                help: "put labels into it that hold letters, digits, `.`, `_` and `-` alone"
            )
        }
        let variables = try InstanceEnvironment.plan(request, hostname: hostname, user: user)
        for name in request.spec.capAdd + request.spec.capDrop where !KernelNames.isCapability(name) {
            throw AgentError(.invalid, "the kernel has no capability \(name)")
        }
        let directory = workingDirectory(request)
        var builder = SandboxBuilder(request: request, host: host, user: user, template: template)
        try builder.build(hostname: hostname, workingDirectory: directory)
        let command = (request.spec.entrypoint ?? []) + (request.spec.command ?? [])
        try builder.checkCommand(command, variables: variables, directory: directory)
        return SandboxPlan(
            options: builder.layout.options,
            variables: variables,
            contents: builder.contents,
            command: user.prefix + command,
            user: user,
            workingDirectory: directory,
            limits: try UlimitTable.limits(request.spec.ulimits),
            directories: builder.directories,
            hidden: builder.layout.stage,
            sources: builder.layout.sources
        )
    }

    /// The host name of an instance whose manifest gives none.
    static func defaultHostname(_ request: SandboxRequest) -> String { "\(request.service)-\(request.slot)" }

    /// Where the command starts: the project's directory, or the root of a `rootfs`; a relative path is below that.
    private static func workingDirectory(_ request: SandboxRequest) -> String {
        let start = request.spec.rootfs == nil ? request.projectDirectory : "/"
        guard let directory = request.spec.workingDir else { return start }
        return absolute(directory, in: start)
    }

    static func absolute(_ path: String, in directory: String) -> String {
        if path.hasPrefix("/") { return path }
        var parts = directory.split(separator: "/").map(String.init)
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return "/" + parts.joined(separator: "/")
    }
}

/// A file inside a sandbox whose bytes are a secret's or a config's.
package struct PlannedContent: Sendable, Hashable {
    package var kind: ResourceKind
    package var object: String

    package init(kind: ResourceKind, object: String) {
        self.kind = kind
        self.object = object
    }
}

extension SandboxPlan {
    /// The options with the variables, null-terminated each, as the sandbox program reads them from a descriptor.
    ///
    /// Variables go this way and not as arguments or through the sandbox program's own environment: arguments are seen
    /// by every user of the machine, and a variable such as LD_PRELOAD is meant for the command only.
    package func optionBytes(_ content: (PlannedContent) throws(AgentError) -> [UInt8]) throws(AgentError) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ text: [UInt8]) {
            bytes += text
            bytes.append(0)
        }
        append(Array("--clearenv".utf8))
        for variable in variables {
            append(Array("--setenv".utf8))
            append(Array(variable.name.utf8))
            append(try value(of: variable, content))
        }
        for option in options { append(Array(option.utf8)) }
        return bytes
    }

    /// `NAME=value` entries, for a health command that joins the sandbox.
    package func environment(
        _ content: (PlannedContent) throws(AgentError) -> [UInt8]
    ) throws(AgentError) -> [String] {
        var entries: [String] = []
        for variable in variables {
            entries.append("\(variable.name)=\(String(decoding: try value(of: variable, content), as: UTF8.self))")
        }
        return entries
    }

    private func value(
        of variable: PlannedVariable,
        _ content: (PlannedContent) throws(AgentError) -> [UInt8]
    ) throws(AgentError) -> [UInt8] {
        let bytes: [UInt8]
        switch variable.value {
        case .text(let text): bytes = Array(text.utf8)
        case .secret(let object): bytes = try content(PlannedContent(kind: .secret, object: object))
        case .config(let object): bytes = try content(PlannedContent(kind: .config, object: object))
        }
        guard !bytes.contains(0) else {
            throw AgentError(.invalid, "variable \(variable.name) holds a null byte", help: "use it as a file instead")
        }
        return bytes
    }
}
