import ResourceModel

extension StuckReason {
    /// What a node says of a task that it could not run; nil for words that are not known.
    static func failure(_ error: String, _ facts: ServiceFacts) -> StuckReason? {
        guard !error.isEmpty else { return nil }
        let lowered = error.lowercased()
        let has = { (words: [String]) in words.contains { lowered.contains($0) } }
        if let reason = image(error, facts, has) ?? mount(error, has) ?? program(error, has) { return reason }
        if has(["port is already allocated", "address already in use", "failed to bind host port"]) {
            return StuckReason(
                .portInUse,
                "a host port is taken by something else on the node: \(error)",
                help: "free the port, or use another one"
            )
        }
        if has(["unhealthy container"]) {
            return StuckReason(
                .unhealthy,
                "its health check fails and the engine stops it",
                help: "see its logs, and whether `healthcheck` has time enough (`startPeriod`, `retries`)"
            )
        }
        let network = [
            "network sandbox join failed", "no available ip", "ip addresses may be exhausted", "could not find an",
            "failed to allocate network", "failed to create endpoint",
        ]
        if has(network) {
            return StuckReason(
                .networkBroken,
                "its network cannot be set up: \(error)",
                help: "see whether the network's subnet has addresses left, and the node's own log"
            )
        }
        return nil
    }

    private static func image(_ error: String, _ facts: ServiceFacts, _ has: ([String]) -> Bool) -> StuckReason? {
        let image = facts.image
        if has(["toomanyrequests", "rate limit"]) {
            return StuckReason(
                .registryRefuses,
                "the registry gives out \(image) no more for now",
                help: "log in, or wait, or use a mirror"
            )
        }
        // The registry answers an unknown repository and one that needs a login alike.
        if has(["pull access denied", "unauthorized", "authentication required", "denied:"]) {
            return StuckReason(
                .registryRefuses,
                "the registry refuses \(image)",
                help: "see whether the name is right, and log in with `docker login` before applying"
            )
        }
        if has(["no such image", "manifest unknown", "not found: manifest", "no matching manifest"])
            || has(["manifest for"]) && has(["not found"])
        {
            return StuckReason(
                .imageMissing,
                "there is no image \(image) that the node could have: \(error)",
                help: "push it to a registry that all nodes reach, or correct the name"
            )
        }
        if has(["error response from registry", "error pulling image", "failed to resolve reference"]) {
            return StuckReason(
                .registryUnreachable,
                "the image \(image) cannot be fetched: \(error)",
                help: "see whether the nodes reach the registry"
            )
        }
        return nil
    }

    private static func mount(_ error: String, _ has: ([String]) -> Bool) -> StuckReason? {
        if has(["bind source path does not exist", "source path not found"]) {
            return StuckReason(
                .bindSourceMissing,
                "a directory that it mounts is not on the node: \(error)",
                help: "make it on every node, keep the service to nodes that have it, or use a volume"
            )
        }
        if has(["invalid mount", "invalid volume", "invalid bind mount", "invalid tmpfs", "error while mounting"]) {
            return StuckReason(.mountInvalid, "a mount is refused: \(error)", help: "correct it under `mounts`")
        }
        return nil
    }

    private static func program(_ error: String, _ has: ([String]) -> Bool) -> StuckReason? {
        if has(["exec format error"]) {
            return StuckReason(
                .wrongPlatform,
                "its program is for another platform than the node's",
                help: "build the image for the nodes' platform, or set `platform`"
            )
        }
        let missing = [
            "executable file not found", "exec: \"", "starting container process caused", "oci runtime create failed",
        ]
        guard has(missing) else { return nil }
        return StuckReason(
            .programMissing,
            "its command cannot be started: \(error)",
            help: "correct `entrypoint`, `command` or `workingDir`: the image must have the program"
        )
    }
}
