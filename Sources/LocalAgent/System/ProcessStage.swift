import CSystemCalls
import Glibc

/// A view of the machine's files without the project's state, from which a program makes a sandbox.
///
/// The hidden directory holds the sources instead, named by their numbers from 0 on; nothing but them can be written to.
package struct ProcessStage: Sendable {
    package var hidden: String
    package var sources: [StagedSource]

    package init(hidden: String, sources: [StagedSource]) {
        self.hidden = hidden
        self.sources = sources
    }

    /// Calls `body` with the stage as system calls take it.
    ///
    /// - Returns: The number of the source that was the cause where `body` failed.
    func with(_ body: (UnsafeMutablePointer<orchplan_stage>) -> Void) -> StagedSource? {
        var words = [hidden]
        for source in sources { words += [source.path, source.beneath] }
        let texts = words.map { strdup($0) }
        defer { for text in texts { free(text) } }
        let rows = sources.enumerated()
            .map { index, source in
                orchplan_staged(
                    path: UnsafePointer(texts[1 + 2 * index]),
                    beneath: UnsafePointer(texts[2 + 2 * index]),
                    is_own: source.isOwn,
                    is_writable: source.isWritable
                )
            }
        let failed = rows.withUnsafeBufferPointer { rows in
            var stage = orchplan_stage(
                hidden: UnsafePointer(texts[0]),
                sources: rows.baseAddress,
                count: Int32(rows.count),
                failed: -1
            )
            body(&stage)
            return Int(stage.failed)
        }
        return sources.indices.contains(failed) ? sources[failed] : nil
    }

    /// What is told of a source that could not be shown.
    static func failure(_ number: Int32, _ source: StagedSource) -> SystemError {
        let path = source.beneath.isEmpty ? source.path : "\(source.path)/\(source.beneath)"
        return switch number {
        case ELOOP: SystemError(number, "mount \(path), on whose way a symbolic link was put meanwhile")
        case EXDEV: SystemError(number, "mount \(path), which leads out of its volume")
        default: SystemError(number, "mount \(path)")
        }
    }
}
