/// What the programs that make a sandbox say when they cannot, in words of a manifest.
///
/// Whatever lies on a mount is found out only when the sandbox is there: bubblewrap and setpriv tell it then, in their own
/// words and in the instance's log.
enum SandboxWords {
    /// - Parameter line: What an instance printed before it ended.
    /// - Returns: What that means; the line itself where it is not theirs.
    static func plain(_ line: String, service: String) -> String {
        for start in ["bwrap: execvp ", "setpriv: failed to execute "] where line.hasPrefix(start) {
            guard let (program, reason) = parts(line.dropFirst(start.count)) else { return line }
            let fault: String
            switch reason {
            case "No such file or directory":
                fault = "there is no such file in its sandbox, or not the interpreter that its first line names"
            case "Permission denied": fault = "it may not be executed"
            default: fault = reason
            }
            return "command \(program) cannot be run: \(fault); see `command` and `mounts` of service/\(service)"
        }
        let mount = "bwrap: Can't find source path "
        if line.hasPrefix(mount), let (path, reason) = parts(line.dropFirst(mount.count)) {
            return "\(path) cannot be mounted: \(reason); see `mounts` of service/\(service)"
        }
        return line
    }

    /// `/m/run: No such file or directory`.
    private static func parts(_ text: Substring) -> (String, String)? {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return nil }
        let reason = text[text.index(after: colon)...].drop { $0 == " " }
        return reason.isEmpty ? nil : (String(text[..<colon]), String(reason))
    }
}
