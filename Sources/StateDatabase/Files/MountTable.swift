/// Which file system a path lies on, by the kernel's table of mounts.
struct MountTable {
    /// Mount points and types, in the order of the table: a later mount hides an earlier one at the same place.
    private let mounts: [(point: String, type: String)]

    /// Reads the text of `/proc/self/mountinfo`; lines that it does not understand are skipped.
    init(parsing text: String) {
        mounts = text.split(separator: "\n")
            .compactMap { line in
                let words = line.split(separator: " ")
                guard words.count > 6, let dash = words.firstIndex(of: "-"), dash + 1 < words.count else { return nil }
                return (Self.unescaped(words[4]), String(words[dash + 1]))
            }
    }

    /// The type of the file system that holds an absolute path without symbolic links; nil: unknown.
    func type(of path: String) -> String? {
        var best: (length: Int, type: String)?
        for mount in mounts where Self.contains(mount.point, path) && mount.point.utf8.count >= best?.length ?? 0 {
            best = (mount.point.utf8.count, mount.type)
        }
        return best?.type
    }

    /// Whether several hosts can see the same file there, or locks and shared memory do not hold there.
    ///
    /// SQLite's write-ahead log needs memory shared by everyone who has the file open, which no network file system
    /// gives. Other FUSE file systems and the shared folders of virtual machines are one host's and are allowed.
    static func isShared(_ type: String) -> Bool {
        shared.contains(type)
    }

    private static let shared: Set<String> = [
        "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "gpfs", "beegfs", "glusterfs",
        "ocfs2", "gfs2", "orangefs", "fuse.glusterfs", "fuse.sshfs", "fuse.davfs2", "fuse.s3fs", "fuse.rclone",
        "fuse.gcsfuse", "fuse.ceph", "fuse.ceph-fuse", "davfs",
    ]

    private static func contains(_ point: String, _ path: String) -> Bool {
        point == "/" || path == point || path.hasPrefix(point + "/")
    }

    /// The kernel writes blanks and backslashes as three octal digits.
    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(Substring(rest.prefix(3))), radix: 8) {
                bytes.append(code)
                rest.removeFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
