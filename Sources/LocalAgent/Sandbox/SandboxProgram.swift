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

    private static func find(_ name: String, _ host: some HostFacts, _ path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first(where: host.isExecutable)
    }
}
