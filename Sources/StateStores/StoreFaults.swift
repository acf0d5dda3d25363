/// Faults that a simulation puts into the writes of a store.
package struct StoreFaults: Sendable {
    /// Where in a write the fault strikes.
    package enum Point: Sendable, Hashable {
        /// The write did not happen.
        case beforeCommit
        /// The write is there, and its caller never hears so.
        case afterCommit
    }

    /// The error that write `n` (counted from 1, lock operations included) meets at the point; nil: none.
    package var fault: @Sendable (_ write: Int, _ point: Point) -> StateStoreError?

    package init(_ fault: @escaping @Sendable (_ write: Int, _ point: Point) -> StateStoreError? = { _, _ in nil }) {
        self.fault = fault
    }

    /// One fault, at write `n`; everything else goes well.
    package static func failing(
        write n: Int,
        _ point: Point,
        with error: StateStoreError = .io(path: "memory", detail: "a fault of the simulation")
    ) -> StoreFaults {
        StoreFaults { write, place in write == n && place == point ? error : nil }
    }
}
