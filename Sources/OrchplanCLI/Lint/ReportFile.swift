import Glibc
import Manifests
import SourceDiagnostics

/// A file that is written beside its place and moved there when it is whole: readers see the old one or the new one.
struct ReportFile {
    let path: String

    /// Writes what `fill` gives to the sink that it is handed.
    ///
    /// A symbolic link stays, and what it leads to is written, there already or not. A pipe is written to while somebody
    /// reads it, and a device such as `/dev/null` as it is.
    func write(_ fill: (@escaping ([UInt8]) -> Void) -> Void) throws {
        if let number = Self.openDescriptor(path) { return try self.fill(try duplicate(number), fill) }
        let status = (try? DiskFiles().status(path)) ?? nil
        switch status?.kind {
        case .directory: throw CommandFailure(refusal("it is a folder"), code: ExitStatus.couldNotRun)
        case .special: try writeSpecial(fill)
        case .regular, nil: try replace(try Self.place(of: path), fill)
        }
    }

    /// The number of the open file that a path such as `/dev/stdout` or `/dev/fd/3` stands for.
    ///
    /// What is behind such a name is written to and never replaced: somebody else holds it open.
    static func openDescriptor(_ path: String) -> Int32? {
        switch path {
        case "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default:
            let prefix = ["/dev/fd/", "/proc/self/fd/"].first { path.hasPrefix($0) }
            return prefix.flatMap { Int32(path.dropFirst($0.count)) }
        }
    }

    /// Where the file lies: at the end of symbolic links, also of one that leads to nothing yet.
    static func place(of path: String) throws -> String {
        var place = path
        for _ in 0..<40 {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(place, &buffer, buffer.count)
            guard count >= 0 else { return place }
            let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // The folder as it is and not as it is spelled: what `..` leaves may itself be a link.
            let folder = PathRules.parent(place)
            let real = DiskFiles().canonical(folder) ?? folder
            if target.hasPrefix("/") {
                place = target
            } else {
                let parts = real + "/" + target
                let name = String(PathRules.name(parts))
                place = (DiskFiles().canonical(PathRules.parent(parts)) ?? PathRules.parent(parts)) + "/" + name
            }
        }
        throw CommandFailure(
            "cannot write \(Escaping.visible(path)): \(String(cString: strerror(ELOOP)))",
            code: ExitStatus.couldNotRun
        )
    }

    private func replace(_ place: String, _ fill: (@escaping ([UInt8]) -> Void) -> Void) throws {
        let temporary = "\(place).\(getpid()).tmp"
        do {
            try self.fill(try opened(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC), fill)
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, place) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw CommandFailure(refusal(reason), code: ExitStatus.couldNotRun)
        }
    }

    /// A pipe or a device has no place beside it to write to, and nothing in it to keep.
    private func writeSpecial(_ fill: (@escaping ([UInt8]) -> Void) -> Void) throws {
        var info = stat()
        let kind = stat(path, &info) == 0 ? info.st_mode & S_IFMT : 0
        guard kind == S_IFIFO || kind == S_IFCHR else {
            let what = kind == S_IFSOCK ? "a socket" : "a device with data of its own"
            throw CommandFailure(
                refusal("it is \(what)"),
                help: "name a file, or a pipe that somebody reads",
                code: ExitStatus.couldNotRun
            )
        }
        // Without waiting: opening a pipe that nobody reads would never end.
        try self.fill(try opened(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), fill)
    }

    private func duplicate(_ number: Int32) throws -> Int32 {
        let descriptor = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw failure(errno) }
        return descriptor
    }

    private func opened(_ path: String, _ flags: Int32) throws -> Int32 {
        let descriptor = open(path, flags, 0o666)
        guard descriptor >= 0 else { throw failure(errno) }
        return descriptor
    }

    /// Writes to a descriptor and closes it.
    private func fill(_ descriptor: Int32, _ fill: (@escaping ([UInt8]) -> Void) -> Void) throws {
        let sink = ReportSink(descriptor)
        fill { sink.write($0) }
        // A full disk may tell of it only now.
        let isClosed = close(descriptor) == 0
        if let loss = sink.loss ?? (isClosed ? nil : String(cString: strerror(errno))) {
            throw CommandFailure(refusal(loss), code: ExitStatus.couldNotRun)
        }
    }

    private func failure(_ code: Int32) -> CommandFailure {
        let help: String? =
            switch code {
            case ENOENT: "make the folder first"
            case ENXIO: "start what reads the pipe first"
            default: nil
            }
        let reason = code == ENXIO ? "nobody reads the pipe" : String(cString: strerror(code))
        return CommandFailure(refusal(reason), help: help, code: ExitStatus.couldNotRun)
    }

    private func refusal(_ reason: String) -> String { "cannot write \(Escaping.visible(path)): \(reason)" }
}

/// What a report is written to; it does not wait for ever for a reader that takes nothing.
private final class ReportSink {
    private let descriptor: Int32
    /// Why something is lost.
    private(set) var loss: String?
    private var hasEnded = false

    /// In milliseconds.
    private static let patience: Int32 = 30_000

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, !hasEnded {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                wait()
            } else if errno != EINTR {
                // A reader that has enough is no fault of the report.
                if errno != EPIPE { loss = String(cString: strerror(errno)) }
                hasEnded = true
            }
        }
    }

    private func wait() {
        var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&stream, 1, Self.patience) == 0 else { return }
        loss = "nobody took any of it for \(Self.patience / 1000) seconds"
        hasEnded = true
    }
}
