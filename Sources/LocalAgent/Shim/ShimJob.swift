import ResourceModel

/// What a shim is to run, handed over in a memory file: nothing of it is on a disk or in an argument.
package struct ShimJob: Sendable, Hashable {
    /// Counts the starts of the instance; ties status and exit records to this one.
    package var run = 0
    /// Path of the sandbox program.
    package var program = ""
    /// Its arguments after its own name; the options proper come through a descriptor.
    package var arguments: [String] = []
    /// How many files with contents were passed on.
    package var contents = 0
    package var limits: [ShimLimit] = []
    /// The instance's own directory: lock, status and exit records.
    package var directory = ""
    /// Where the output goes.
    package var logDirectory = ""
    package var logMaxSize = 10 << 20
    package var logMaxFiles = 3
    /// The directories of the control groups that the sandbox is put into before it runs.
    package var cgroups: [String] = []
    /// The project's own state, which the sandbox program does not see, and what it sees in its place.
    package var hidden = ""
    package var sources: [StagedSource] = []

    package init() {}

    /// Descriptors of a shim: the standard three, then these.
    package enum DescriptorNumber {
        package static let job: Int32 = 3
        package static let notice: Int32 = 4
        package static let options: Int32 = 5
        package static let firstContent: Int32 = 6
    }
}

extension ShimJob: CanonicalRecord {
    package static let fields: [CanonicalField<ShimJob>] = [
        .init("run", \.run),
        .init("program", \.program),
        .init("arguments", \.arguments),
        .init("contents", \.contents),
        .init("limits", \.limits),
        .init("directory", \.directory),
        .init("logDirectory", \.logDirectory),
        .init("logMaxSize", \.logMaxSize),
        .init("logMaxFiles", \.logMaxFiles),
        .init("cgroups", \.cgroups),
        .init("hidden", \.hidden),
        .init("sources", \.sources),
    ]
}

/// One `setrlimit(2)`; -1 stands for no limit.
package struct ShimLimit: Sendable, Hashable {
    package var resource = 0
    package var soft = 0
    package var hard = 0

    package init() {}

    package init(resource: Int, soft: Int, hard: Int) {
        self.resource = resource
        self.soft = soft
        self.hard = hard
    }
}

extension ShimLimit {
    var resourceLimit: ResourceLimit {
        ResourceLimit(
            resource: Int32(resource),
            soft: soft < 0 ? .max : UInt64(soft),
            hard: hard < 0 ? .max : UInt64(hard)
        )
    }
}

extension ShimLimit: CanonicalRecord {
    package static let fields: [CanonicalField<ShimLimit>] = [
        .init("resource", \.resource), .init("soft", \.soft), .init("hard", \.hard),
    ]
}
