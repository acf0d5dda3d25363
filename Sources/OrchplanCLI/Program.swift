import ArgumentParser
import Glibc
import LocalAgent

/// The program, once its arguments are known.
package enum Program {
    /// Runs the command that the arguments name; never returns.
    package static func run() async {
        let arguments = CommandLine.arguments
        // An instance's shim is this same binary under another first word, and skips everything else.
        if arguments.count > 1, arguments[1] == InstanceShim.mode {
            exit(InstanceShim.run(arguments: Array(arguments.dropFirst(2))))
        }
        TerminalWriter.ignoreBrokenPipes()
        await Orchplan.main()
    }
}
