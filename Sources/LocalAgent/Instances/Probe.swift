import Glibc
import ResourceModel

/// One probe of one instance, without any library: a connection, a few bytes, a deadline.
package struct Probe: Sendable {
    package enum Target: Sendable {
        case http(address: String, port: Int, path: String, status: Int?)
        case tcp(address: String, port: Int)
        case command(SandboxCommand)
        /// A probe that cannot succeed, and why.
        case broken(String)
    }

    package var target: Target
    package var timeout: Duration

    package init(target: Target, timeout: Duration) {
        self.target = target
        self.timeout = timeout
    }

    /// Probes once; returns within the timeout.
    package func run(_ watcher: DescriptorWatcher) async -> ProbeResult {
        switch target {
        case .broken(let reason): return ProbeResult(isSuccess: false, message: reason)
        case .command(let command): return await command.run(timeout: timeout, watcher)
        case .tcp(let address, let port):
            do throws(SystemError) {
                _ = try await connect(address, port, deadline: .now + timeout, watcher)
                return ProbeResult(isSuccess: true, message: "connected to \(address):\(port)")
            } catch {
                return ProbeResult(isSuccess: false, message: error.description)
            }
        case .http(let address, let port, let path, let status):
            do throws(SystemError) {
                let answer = try await get(address, port, path, watcher)
                // Not the address: the port behind the service's own means nothing to people.
                return Self.judge(answer, status, "GET \(path)")
            } catch {
                return ProbeResult(isSuccess: false, message: error.description)
            }
        }
    }

    /// Whether an answer is the wanted one: exactly `status`, or any from 200 to 399.
    static func judge(_ answer: Int?, _ status: Int?, _ request: String) -> ProbeResult {
        guard let answer else { return ProbeResult(isSuccess: false, message: "\(request) gave no HTTP answer") }
        let isSuccess = status.map { $0 == answer } ?? (200...399).contains(answer)
        return ProbeResult(isSuccess: isSuccess, message: "\(request) answered \(answer)")
    }

    private func connect(
        _ address: String,
        _ port: Int,
        deadline: ContinuousClock.Instant,
        _ watcher: DescriptorWatcher
    ) async throws(SystemError) -> Descriptor {
        let doing = "connect to \(address):\(port)"
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = socket(AF_INET, flags, 0)
        guard number >= 0 else { throw .last("make a socket") }
        let connection = Descriptor(owning: number)
        guard HostAddress.with(address, port, { Glibc.connect(number, $0, $1) }) != 0 else { return connection }
        guard errno == EINPROGRESS else { throw .last(doing) }
        guard await watcher.wait(connection, for: .writable, timeout: deadline - .now) else {
            throw SystemError(ETIMEDOUT, doing)
        }
        var problem: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &problem, &size)
        guard problem == 0 else { throw SystemError(problem, doing) }
        return connection
    }

    /// The status of a GET; nil when the answer is no HTTP.
    private func get(
        _ address: String,
        _ port: Int,
        _ path: String,
        _ watcher: DescriptorWatcher
    ) async throws(SystemError) -> Int? {
        let deadline = ContinuousClock.now + timeout
        let connection = try await connect(address, port, deadline: deadline, watcher)
        let request =
            "GET \(path) HTTP/1.1\r\nHost: \(address):\(port)\r\nUser-Agent: orchplan-health\r\n"
            + "Accept: */*\r\nConnection: close\r\n\r\n"
        var bytes = Array(request.utf8)
        guard send(connection.number, &bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw .last("send a request to \(address):\(port)")
        }
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1024)
        while head.count < 32, !head.contains(0x0A) {
            guard await watcher.wait(connection, timeout: deadline - .now) else {
                throw SystemError(ETIMEDOUT, "get http://\(address):\(port)\(path)")
            }
            let count = recv(connection.number, &chunk, chunk.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            if count < 0 { throw .last("get http://\(address):\(port)\(path)") }
            if count == 0 { break }
            head += chunk[..<count]
        }
        return Self.status(head)
    }

    /// The number in `HTTP/1.1 200 OK`.
    static func status(_ head: [UInt8]) -> Int? {
        let line = String(decoding: head.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
        let parts = line.split(separator: " ")
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), parts[1].count == 3 else { return nil }
        return Int(parts[1])
    }
}
