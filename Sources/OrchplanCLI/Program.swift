import ArgumentParser
import CSystemCalls
import Glibc
import LocalAgent
import Manifests

/// The program, once its arguments are known.
package enum Program {
    /// Becomes an instance's shim when the arguments say so, and then never returns.
    ///
    /// A shim is this same binary under another first word and skips everything else. To be called on the main thread.
    package static func runShimIfAsked() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, arguments[1] == InstanceShim.mode else { return }
        exit(InstanceShim.run(arguments: Array(arguments.dropFirst(2))))
    }

    /// Opens what stands for standard streams that are closed.
    ///
    /// Otherwise the next file that is opened would get the number, and output would be written into the state. To be
    /// called before anything else. Writing to standard output then fails, as it would have.
    package static func holdStandardStreams() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// Keeps what a crash leaves on disk free of memory, which may hold secrets.
    ///
    /// To be called before there is a second thread.
    package static func keepSecretsOutOfCores() {
        orchplan_keep_memory_out_of_cores()
    }

    /// Prepares the heap for the many small values of a large project.
    ///
    /// The agent, the loop and the language server, which stay, keep the usual one.
    ///
    /// To be called before there is a second thread.
    package static func prepareMemory() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, !["agent", "reconcile", "lsp"].contains(arguments[1]) else { return }
        // What lint reads it reads once; what plans are made of is freed by one thread and used again by another.
        if arguments[1] == "lint" {
            orchplan_grow_heap_in_large_steps(Int32(clamping: Cores.usable))
        } else {
            orchplan_share_one_heap()
        }
    }

    /// Runs the command that the arguments name, and ends the process.
    package static func run() async {
        TerminalWriter.ignoreBrokenPipes()
        await Orchplan.main()
        exit(0)
    }
}
