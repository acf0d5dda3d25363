import CSystemCalls
import Glibc

/// A file descriptor that is closed when its last owner goes.
package final class Descriptor: Sendable {
    package let number: Int32

    package init(owning number: Int32) {
        self.number = number
    }

    /// Opens a file, never inherited by programs that are run.
    package static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError) -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw .last("open \(path)") }
        return Descriptor(owning: number)
    }

    /// A file without a name that holds `bytes`, to be read from its start.
    package static func memory(_ name: String, _ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Descriptor {
        let number = orchplan_memfd_create(name)
        guard number >= 0 else { throw .last("create a memory file") }
        let file = Descriptor(owning: number)
        try file.writeAll(bytes, "write a memory file")
        guard lseek(number, 0, SEEK_SET) == 0 else { throw .last("rewind a memory file") }
        return file
    }

    package static func memory(_ name: String, _ bytes: [UInt8]) throws(SystemError) -> Descriptor {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try memory(name, buffer) }
        }
        return try result.get()
    }

    /// A pipe, neither end inherited by programs that are run.
    package static func pipe() throws(SystemError) -> (reader: Descriptor, writer: Descriptor) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw .last("make a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }

    /// Writes all bytes, however many calls it takes.
    ///
    /// - Parameter doing: What an error says was being done: `write /path`.
    package func writeAll(_ bytes: UnsafeRawBufferPointer, _ doing: String) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            let count = write(number, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            if count > 0 {
                offset += count
            } else if errno != EINTR {
                throw .last(doing)
            }
        }
    }

    deinit { close(number) }
}
