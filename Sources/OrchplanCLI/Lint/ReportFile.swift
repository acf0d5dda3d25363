import Glibc
import Manifests
import SourceDiagnostics

/// A file that is written beside its place and moved there when it is whole: readers see the old one or the new one.
struct ReportFile {
    let path: String

    /// Writes what `fill` gives to the sink that it is handed.
    func write(_ fill: (@escaping ([UInt8]) -> Void) -> Void) throws {
        let files = DiskFiles()
        let status = try? files.status(path)
        switch status?.kind {
        case .directory: throw CommandFailure(refusal("it is a folder"), code: ExitStatus.couldNotRun)
        // A pipe or a device has no place beside it to write to, and nothing in it to keep.
        case .special: try self.fill(path, O_WRONLY | O_CLOEXEC, fill)
        case .regular, nil:
            let place = status == nil ? path : files.canonical(path) ?? path
            let temporary = "\(place).\(getpid()).tmp"
            do {
                try self.fill(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, fill)
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
    }

    private func fill(_ path: String, _ flags: Int32, _ fill: (@escaping ([UInt8]) -> Void) -> Void) throws {
        let descriptor = open(path, flags, 0o666)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            throw CommandFailure(
                refusal(String(cString: strerror(errno))),
                help: isMissing ? "make the folder first" : nil,
                code: ExitStatus.couldNotRun
            )
        }
        let writer = TerminalWriter(descriptor: descriptor)
        fill { writer.write($0) }
        // A full disk may tell of it only now.
        let isClosed = close(descriptor) == 0
        if let loss = writer.loss ?? (isClosed ? nil : String(cString: strerror(errno))) {
            throw CommandFailure(refusal(loss), code: ExitStatus.couldNotRun)
        }
    }

    private func refusal(_ reason: String) -> String { "cannot write \(Escaping.visible(path)): \(reason)" }
}
