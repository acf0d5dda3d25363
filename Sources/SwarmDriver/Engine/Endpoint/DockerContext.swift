import Crypto
import ResourceModel

/// A context of Docker's client: an engine's address and certificates under a name.
///
/// Lies in `contexts/meta/ID/meta.json` and `contexts/tls/ID/docker/*.pem` below the client's configuration; ID is the
/// SHA-256 of the name.
struct DockerContext {
    var host: String
    var skipsVerification: Bool
    var tls: EngineTLS?

    /// - Parameter origin: What named the context, for messages.
    static func read(_ name: String, in directory: String, origin: String) throws(EngineError) -> DockerContext {
        let id = Self.id(of: name)
        let path = "\(directory)/contexts/meta/\(id)/meta.json"
        guard let bytes = try EngineFile.read(path) else {
            throw .settings(
                "\(origin) names the context \"\(name)\", which does not exist in \(directory)",
                help: "see `docker context ls`"
            )
        }
        let meta: CanonicalValue
        do throws(CanonicalError) {
            meta = try CanonicalReader.parse(bytes)
        } catch {
            throw .settings("\(path) is not JSON: \(error)", help: "create the context \"\(name)\" anew")
        }
        guard let endpoint = meta["Endpoints"]?["docker"], let host = endpoint["Host"]?.string, !host.isEmpty else {
            throw .settings(
                "the context \"\(name)\" has no engine",
                help: "create it anew with `docker context create \(name) --docker host=...`"
            )
        }
        let certificates = "\(directory)/contexts/tls/\(id)/docker"
        return DockerContext(
            host: host,
            skipsVerification: endpoint["SkipTLSVerify"] == .bool(true),
            tls: EngineFile.exists(certificates) ? try EngineTLS.files(in: certificates) : nil
        )
    }

    private static func id(of name: String) -> String {
        SHA256.hash(data: Array(name.utf8))
            .map { byte in
                let digits = String(byte, radix: 16)
                return digits.count < 2 ? "0" + digits : digits
            }
            .joined()
    }
}
