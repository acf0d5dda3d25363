import CSystemCalls
import Glibc
import ResourceModel

/// A program to start.
package struct ProcessSpawn: Sendable {
    /// Path of the program; not searched for.
    package var path: String
    /// The whole argument vector, the program's name first.
    package var arguments: [String]
    /// `NAME=value` entries.
    package var environment: [String]
    package var directory: String?
    /// What the child has as descriptor 0, 1, 2 and so on; -1 is /dev/null.
    ///
    /// It has no others.
    package var descriptors: [Int32] = [-1, -1, -1]
    package var limits: [ResourceLimit] = []
    package var newSession = false
    package var parentDeathSignal: Int32 = 0
    package var mask: mode_t = 0o022
    /// Open `cgroup.procs` files of the control groups that it is to be in from its first instruction on.
    package var groups: [Descriptor] = []
    /// The sandbox that it is to run in, beside what runs there; `path` is then searched for in it.
    package var sandbox: JoinedSandbox?
    /// What it sees of the machine's files; nil: what the caller sees.
    package var stage: ProcessStage?

    package init(path: String, arguments: [String], environment: [String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Starts it and returns its process id.
    package func start() throws(SystemError) -> pid_t {
        let argv = CStringArray(arguments)
        let envp = CStringArray(environment)
        let start = directory.map { strdup($0) } ?? nil
        let program = strdup(path)
        defer {
            free(start)
            free(program)
        }
        let rows = limits.map { orchplan_limit(resource: $0.resource, soft: $0.soft, hard: $0.hard) }
        var pid: pid_t = 0
        let files = groups.map(\.number)
        var culprit: StagedSource?
        let number: Int32 = descriptors.withUnsafeBufferPointer { descriptors in
            rows.withUnsafeBufferPointer { rows in
                files.withUnsafeBufferPointer { files in
                    var request = orchplan_spawn_request()
                    request.path = UnsafePointer(program)
                    request.arguments = UnsafePointer(argv.pointers)
                    request.environment = UnsafePointer(envp.pointers)
                    request.directory = UnsafePointer(start)
                    request.descriptors = descriptors.baseAddress
                    request.descriptor_count = Int32(descriptors.count)
                    request.limits = rows.baseAddress
                    request.limit_count = Int32(rows.count)
                    request.new_session = newSession
                    request.parent_death_signal = parentDeathSignal
                    request.mask = mask
                    request.groups = files.baseAddress
                    request.group_count = Int32(files.count)
                    if let stage {
                        var number: Int32 = 0
                        culprit = stage.with {
                            request.stage = $0
                            number = orchplan_spawn(&request, &pid)
                        }
                        return number
                    }
                    guard var joined = sandbox?.request else { return orchplan_spawn(&request, &pid) }
                    return withUnsafePointer(to: &joined) {
                        request.sandbox = $0
                        return orchplan_spawn(&request, &pid)
                    }
                }
            }
        }
        if number != 0, let culprit { throw ProcessStage.failure(number, culprit) }
        guard number == 0 else { throw SystemError(number, "run \(path)") }
        return pid
    }
}

/// A sandbox that a program joins.
package struct JoinedSandbox: Sendable {
    /// A process in it.
    package var process: ProcessHandle
    /// The directory that the program starts in.
    package var directory: Descriptor
    /// Whether the sandbox has users of its own.
    package var hasUserNamespace: Bool
    /// What the program may do, by the kernel's numbers.
    package var capabilities: Set<Int>
    /// After this time it is killed even if nobody asks for it.
    package var longest: Duration

    fileprivate var request: orchplan_sandbox {
        orchplan_sandbox(
            process: process.descriptor.number,
            has_users: hasUserNamespace,
            directory: directory.number,
            capabilities: capabilities.reduce(0) { $0 | 1 << UInt64($1) },
            seconds: UInt32(clamping: longest.components.seconds + 1)
        )
    }
}

/// One limit of a process, `setrlimit(2)`.
package struct ResourceLimit: Sendable, Hashable {
    package var resource: Int32
    package var soft: UInt64
    package var hard: UInt64

    package init(resource: Int32, soft: UInt64, hard: UInt64) {
        self.resource = resource
        self.soft = soft
        self.hard = hard
    }
}

/// A null-terminated array of C strings, which may hold secrets: overwritten before it is freed.
private final class CStringArray {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[count] = nil
    }

    deinit {
        for index in 0..<count {
            guard let text = pointers[index] else { continue }
            explicit_bzero(text, strlen(text))
            free(text)
        }
        pointers.deallocate()
    }
}
