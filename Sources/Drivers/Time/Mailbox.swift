import Synchronization

/// What others leave for one reader, who takes all of it at once.
///
/// The reader is at work, as `TimeSource` has it, except while it waits here: what lies in the box of a busy reader is
/// no work of its own.
package final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<[Element], Never>?
        var isClosed = false
    }

    private let time: any TimeSource
    private let state = Mutex(State())

    package init(time: any TimeSource) {
        self.time = time
    }

    /// Leaves elements, in their order, behind what is there; a closed box drops them.
    package func put(_ elements: [Element]) {
        guard !elements.isEmpty else { return }
        let reader = state.withLock { state -> CheckedContinuation<[Element], Never>? in
            guard !state.isClosed else { return nil }
            let reader = state.reader.take()
            if reader == nil { state.elements += elements }
            return reader
        }
        wake(reader, elements)
    }

    /// Everything that is there, at least one element; empty: it is closed.
    ///
    /// Not ended by cancellation: a reader that must finish its work reads to the end.
    package func take() async -> [Element] {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [Element]? in
                guard state.elements.isEmpty, !state.isClosed else {
                    defer { state.elements = [] }
                    return state.elements
                }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) } else { time.workEnded() }
        }
    }

    /// Takes in nothing more; what is there is still read.
    package func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            return state.reader.take()
        }
        wake(reader, [])
    }

    private func wake(_ reader: CheckedContinuation<[Element], Never>?, _ elements: [Element]) {
        guard let reader else { return }
        time.workBegan()
        reader.resume(returning: elements)
    }
}
