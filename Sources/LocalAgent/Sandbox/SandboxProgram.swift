/// Finds the sandbox program and the helpers beside it.
enum SandboxProgram {
    /// The path of `bwrap`; throws an error that says which package has it.
    static func locate(_ host: some HostFacts = Host(), path: String = "/usr/bin:/usr/local/bin:/bin")
        throws(AgentError)
        -> String
    {
        guard let found = find("bwrap", host, path) else {
            throw AgentError(
                .environment,
                "bwrap is not installed; the local driver runs every instance in its sandbox",
                help: "install the package bubblewrap: apt-get install bubblewrap"
            )
        }
        return found
    }

    /// The path of `nsenter`, for health commands.
    static func locateJoiner(_ host: some HostFacts = Host()) throws(AgentError) -> String {
        guard let found = find("nsenter", host, "/usr/bin:/bin:/usr/local/bin") else {
            throw AgentError(
                .environment,
                "nsenter is not installed; health commands need it",
                help: "install the package util-linux: apt-get install util-linux"
            )
        }
        return found
    }

    private static func find(_ name: String, _ host: some HostFacts, _ path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first(where: host.isExecutable)
    }
}
