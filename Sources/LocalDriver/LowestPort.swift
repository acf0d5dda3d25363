import Glibc
import LocalAgent

/// From which port on this process may listen, as the kernel decides it.
enum LowestPort {
    /// 1 for whoever has the capability for it, as root has; else the system's setting.
    static func current() -> Int {
        value(
            status: text("/proc/self/status"),
            setting: text("/proc/sys/net/ipv4/ip_unprivileged_port_start")
        )
    }

    /// - Parameters:
    ///   - status: `/proc/self/status`, whose line `CapEff` holds the capabilities as hexadecimal digits.
    ///   - setting: `net.ipv4.ip_unprivileged_port_start`; where it cannot be read, the kernel's default counts.
    static func value(status: String, setting: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let digits = line?.dropFirst(7).drop { $0 == " " || $0 == "\t" } ?? ""
        let bindService: UInt64 = 1 << 10
        if let capabilities = UInt64(digits, radix: 16), capabilities & bindService != 0 { return 1 }
        return setting.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 1024
    }

    private static func text(_ path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
