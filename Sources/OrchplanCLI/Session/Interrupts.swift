// Signal sources are thread-safe and never said so in their type.
@preconcurrency import Dispatch
import Glibc

/// Turns SIGINT, SIGTERM and SIGHUP into calls instead of the end of the process.
///
/// The first one asks an apply to finish what is in flight, the second to leave at once.
final class Interrupts: Sendable {
    private let sources: [any DispatchSourceSignal]

    init(_ handler: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM, SIGHUP]
            .map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler(handler: handler)
                source.resume()
                return source
            }
    }

    func stop() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    }
}
