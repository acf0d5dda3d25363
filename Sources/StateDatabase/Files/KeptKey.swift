import Glibc
import ResourceModel
import StateStores

/// The project's key a second time, in a file beside the state: `STATE.key`, 0600, 64 hexadecimal digits.
///
/// Labels of what runs, and the names of secrets and configs, are digests under that key. Where the state is lost, the
/// one that takes its place gets the key from here, and so knows again what is there. It is a copy and nothing else: as
/// long as there is a state, the state's own key holds.
package struct KeptKey: Sendable {
    private let state: StateFile
    private var file: StateFile { StateFile(path: state.path + ".key") }

    /// - Parameter state: The path of the state.
    package init(besideStateAt state: String) {
        self.state = StateFile(path: state)
    }

    /// The key; nil: there is none, or what is there is no key that only its owner could have put there.
    package func read() -> ProjectKey? {
        let descriptor = Glibc.open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0,
            status.st_uid == geteuid() || geteuid() == 0
        else { return nil }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count == 64 || count == 65 && buffer[64] == UInt8(ascii: "\n") else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(buffer[place]), let low = Self.value(buffer[place + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return ProjectKey(bytes: bytes)
    }

    /// Puts the key there in one step, where another one or none is.
    package func keep(_ key: ProjectKey) throws(StateStoreError) {
        guard read() != key else { return }
        let draft = state.draft("new")
        try draft.makeEmpty()
        do throws(StateStoreError) {
            try draft.fill(Self.text(key))
            try draft.sync()
            guard rename(draft.path, file.path) == 0 else { throw file.io("cannot put the key in its place") }
        } catch {
            draft.remove()
            throw error
        }
        try file.syncDirectory()
    }

    private static func text(_ key: ProjectKey) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return key.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [UInt8(ascii: "\n")]
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension StateFile {
    /// Writes the content of a file that was just made.
    func fill(_ bytes: [UInt8]) throws(StateStoreError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw io("cannot open the file") }
        defer { Glibc.close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw io("cannot write the file") }
            rest = rest.dropFirst(count)
        }
    }
}
