import Glibc

extension NodeAgent {
    /// Removes files that agents and shims had begun to write when they were killed: they may hold a secret's bytes.
    ///
    /// Their names end with the writer's process: what a living one writes stays.
    func removeUnfinishedFiles() {
        let root = directory.root
        var folders = [root]
        for name in FileTree.names(in: root) where name != "data" { folders.append("\(root)/\(name)") }
        folders += FileTree.names(in: "\(root)/instances").map { directory.instance($0) }
        for folder in folders {
            for name in FileTree.names(in: folder) {
                guard let writer = DurableFile.writer(of: name), !Self.runs(writer) else { continue }
                unlink("\(folder)/\(name)")
            }
        }
    }

    private static func runs(_ pid: pid_t) -> Bool {
        guard kill(pid, 0) == 0 || errno != ESRCH else { return false }
        guard let status = ProcessStatus.read(Int(pid)) else { return true }
        return ![UInt8(ascii: "Z"), UInt8(ascii: "X")].contains(status.state)
    }
}
