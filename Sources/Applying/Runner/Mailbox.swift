import Synchronization

/// What others leave for one reader, who takes all of it at once.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<[Element], Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Leaves elements, in their order, behind what is there; false: nobody will read them.
    @discardableResult
    func put(_ elements: [Element]) -> Bool {
        guard !elements.isEmpty else { return true }
        let (isOpen, reader) = state.withLock { state -> (Bool, CheckedContinuation<[Element], Never>?) in
            guard !state.isClosed else { return (false, nil) }
            guard let reader = state.reader.take() else {
                state.elements += elements
                return (true, nil)
            }
            return (true, reader)
        }
        reader?.resume(returning: elements)
        return isOpen
    }

    /// Everything that is there, at least one element; empty: it is closed.
    ///
    /// Not ended by cancellation: a reader that must finish its work reads to the end.
    func take() async -> [Element] {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [Element]? in
                guard state.elements.isEmpty, !state.isClosed else {
                    defer { state.elements = [] }
                    return state.elements
                }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Takes in nothing more; what is there is still read.
    func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            return state.reader.take()
        }
        reader?.resume(returning: [])
    }
}
