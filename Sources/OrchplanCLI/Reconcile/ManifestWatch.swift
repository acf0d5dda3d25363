// Sources of events are thread-safe and never said so in their type.
@preconcurrency import Dispatch
import Glibc
import Manifests

/// Tells when something in the folders of the manifests may have changed.
///
/// By inotify; where that is not to be had (a limit of the kernel, a file system without it) by looking every two
/// seconds.
struct ManifestWatch: Sendable {
    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
    )

    var paths: [String]
    /// More folders than this are looked at and not watched.
    var mostFolders = 4096
    /// The time between two looks.
    var pollInterval = Duration.seconds(2)

    /// One element for each burst of changes.
    func touches() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0, watchFolders(descriptor) else {
                if descriptor >= 0 { close(descriptor) }
                // Looked at before this returns: what is changed after it is never missed.
                let seen = signature()
                let task = Task { await poll(seen, continuation) }
                continuation.onTermination = { _ in task.cancel() }
                return
            }
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
            source.setEventHandler {
                Self.drain(descriptor)
                // Folders that came anew are watched from now on; those that went are forgotten by the kernel.
                _ = watchFolders(descriptor)
                continuation.yield()
            }
            source.setCancelHandler { close(descriptor) }
            source.resume()
            continuation.onTermination = { _ in source.cancel() }
        }
    }

    private static func drain(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        // What happened is not looked at: everything is read again anyway, after an overflow as well.
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }

    /// Watches every folder; false when not all of them can be.
    private func watchFolders(_ descriptor: Int32) -> Bool {
        let folders = folders()
        guard folders.count <= mostFolders else { return false }
        return folders.allSatisfy { folder in
            inotify_add_watch(descriptor, folder, Self.mask) >= 0 || errno == ENOENT || errno == ENOTDIR
        }
    }

    /// The folders that hold manifests; of a path that leads nowhere, the nearest folder above it that is there.
    private func folders() -> [String] {
        let files = DiskFiles()
        var found: [String] = []
        for path in paths {
            var folder = path
            while folder.count > 1, (try? files.status(folder))?.kind != .directory {
                folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
                if folder.isEmpty { folder = "/" }
            }
            found.append(folder)
            guard folder == path else { continue }
            var open = [folder]
            while let next = open.popLast(), found.count <= mostFolders {
                for entry in (try? files.entries(next)) ?? []
                where entry.kind == .directory && !entry.name.hasPrefix(".") {
                    found.append("\(next)/\(entry.name)")
                    open.append("\(next)/\(entry.name)")
                }
            }
        }
        return found
    }

    // MARK: - Looking

    private func poll(_ first: Int, _ continuation: AsyncStream<Void>.Continuation) async {
        var last = first
        while !Task.isCancelled {
            try? await Task.sleep(for: pollInterval)
            let now = signature()
            if now != last { continuation.yield() }
            last = now
        }
    }

    /// Changes when a file comes, goes, or is written.
    private func signature() -> Int {
        let files = DiskFiles()
        var hasher = Hasher()
        for folder in folders() {
            hasher.combine(folder)
            for entry in ((try? files.entries(folder)) ?? []).sorted(by: { $0.name < $1.name }) {
                var info = stat()
                hasher.combine(entry.name)
                guard stat("\(folder)/\(entry.name)", &info) == 0 else { continue }
                hasher.combine(info.st_ino)
                hasher.combine(info.st_size)
                hasher.combine(info.st_mtim.tv_sec)
                hasher.combine(info.st_mtim.tv_nsec)
            }
        }
        return hasher.finalize()
    }
}
