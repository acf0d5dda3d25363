import Dispatch
import OrchplanCLI

/// Starts on the main thread, where an instance's shim has to stay: the kernel ties its sandbox's life to that thread.
@main
struct Main {
    static func main() {
        Program.holdStandardStreams()
        Program.keepSecretsOutOfCores()
        Program.runShimIfAsked()
        Program.prepareMemory()
        Task { await Program.run() }
        dispatchMain()
    }
}
