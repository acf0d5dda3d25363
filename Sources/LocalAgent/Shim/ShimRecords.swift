import ResourceModel

/// Who runs an instance, written by its shim; a new agent adopts by it.
package struct ShimStatus: Sendable, Hashable {
    package var run = 0
    package var shim = ProcessIdentity()
    /// The first process of the instance's PID namespace, by its id outside; nil until the sandbox is made.
    package var sandbox: ProcessIdentity?

    package init() {}

    package static func path(in directory: String) -> String { "\(directory)/status.json" }

    /// The last status in an instance's directory; nil when there is none that can be read.
    package static func read(in directory: String) -> ShimStatus? {
        guard let bytes = (try? DurableFile.read(path(in: directory))).flatMap({ $0 }) else { return nil }
        return (try? CanonicalReader.parse(bytes)).flatMap { try? ShimStatus(canonical: $0) }
    }
}

extension ShimStatus: CanonicalRecord {
    package static let fields: [CanonicalField<ShimStatus>] = [
        .init("run", \.run), .init("shim", \.shim), .init("sandbox", \.sandbox),
    ]
}

/// How a run of an instance ended, written by its shim once the whole process tree was gone.
package struct ShimExit: Sendable, Hashable {
    package var run = 0
    /// The command's exit code; nil when a signal ended it.
    package var code: Int?
    package var signal: Int?
    /// When, in milliseconds since 1970.
    package var time = 0
    /// Why the command never ran.
    package var failure: String?
    /// Whether the kernel ended one of its processes because the instance's memory was used up.
    package var ranOutOfMemory: Bool?

    package init() {}

    package static func path(in directory: String) -> String { "\(directory)/exit.json" }

    /// The record of the given run; nil when there is none.
    package static func read(in directory: String, run: Int) -> ShimExit? {
        guard let bytes = (try? DurableFile.read(path(in: directory))).flatMap({ $0 }),
            let exit = (try? CanonicalReader.parse(bytes)).flatMap({ try? ShimExit(canonical: $0) }), exit.run == run
        else { return nil }
        return exit
    }

    package var status: ExitStatus {
        if let code { return .code(code) }
        if let signal { return .signal(signal) }
        return .unknown
    }
}

extension ShimExit: CanonicalRecord {
    package static let fields: [CanonicalField<ShimExit>] = [
        .init("run", \.run),
        .init("code", \.code),
        .init("signal", \.signal),
        .init("time", \.time),
        .init("failure", \.failure),
        .init("ranOutOfMemory", \.ranOutOfMemory),
    ]
}
