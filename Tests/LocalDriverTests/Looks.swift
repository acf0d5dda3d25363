import Foundation
import LocalAgent
import ResourceModel

// What tests of the running system look at: programs' output, servers, processes, ports.

/// What a program says on its standard output until it closes it; its path comes first.
func output(of command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
}

/// What a URL answers; empty when it does not, or with an error.
func fetch(_ url: String) throws -> String {
    try output(
        of: [
            "/usr/bin/python3", "-c",
            "import sys,urllib.request as u; sys.stdout.write(u.urlopen(sys.argv[1], timeout=5).read().decode())",
            url,
        ]
    )
}

func environment(_ pid: Int) -> [String] {
    (FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data())
        .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
}

/// A port that nobody has now, outside the agent's own range.
func freePort() -> Int? { freePorts(1) }

/// The first of so many ports in a row that nobody has now, for TCP or UDP.
func freePorts(_ count: Int) -> Int? {
    (41_000..<42_000 - count).shuffled()
        .first { first in
            (first..<(first + count)).allSatisfy { HostAddress.isFree($0, .tcp) && HostAddress.isFree($0, .udp) }
        }
}

/// A socket that listens on a port of an IPv4 address, the loopback one where none is given.
func listen(on port: Int, address text: String = "127.0.0.1") -> Int32? {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return bound == 0 && Glibc.listen(number, 8) == 0 ? number : nil
}
