import SourceDiagnostics

/// The files that compiling may look at, behind a protocol so that tests need no disk.
///
/// Paths are absolute. Implementations follow symbolic links, except where a method says otherwise.
package protocol ManifestFiles: Sendable {
    /// What a path leads to; nil when there is nothing.
    func status(_ path: String) throws(FileProblem) -> FileStatus?

    /// The entries of a directory, in any order.
    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry]

    /// The whole of a regular file, shown as `shownAs`; never waits for a pipe or reads a device.
    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile

    /// Everything that standard input gives.
    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile

    /// The path without symbolic links; nil when there is nothing there.
    func canonical(_ path: String) -> String?

    /// What the symbolic link at a path says, whether or not anything is there; nil: it is none.
    func link(_ path: String) -> String?
}

extension ManifestFiles {
    package func link(_ path: String) -> String? { nil }
}

/// What a path leads to.
package struct FileStatus: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case regular
        case directory
        /// A pipe, a device or a socket.
        case special
    }

    package var kind: Kind
    package var size: Int
    /// Permission bits.
    package var mode: UInt16
    /// What tells the same file under two paths: device and inode.
    package var identity: FileIdentity
    /// How many names it has.
    package var links: Int

    package init(kind: Kind, size: Int, mode: UInt16, identity: FileIdentity, links: Int = 1) {
        self.links = links
        self.kind = kind
        self.size = size
        self.mode = mode
        self.identity = identity
    }
}

/// What two paths to the same file share.
package struct FileIdentity: Sendable, Hashable {
    package var device: UInt64
    package var inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// One entry of a directory.
package struct DirectoryEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case regular
        case directory
        /// A symbolic link, or something that only a look at its status tells.
        case other
    }

    package var name: String
    package var kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// Why a file cannot be used.
package enum FileProblem: Error, Sendable, Hashable {
    case missing
    case notPermitted
    case notRegular
    case tooLarge(Int)
    /// What the system said.
    case failed(String)

    /// The problem in words.
    package var text: String {
        switch self {
        case .missing: "it does not exist"
        case .notPermitted: "permission denied"
        case .notRegular: "it is not a regular file"
        case .tooLarge(let limit): "it is larger than \(limit) bytes"
        case .failed(let reason): reason
        }
    }
}
