import Glibc

/// The content of a secret, on its way from its source to a driver and nowhere else.
///
/// Prints as `(sensitive)`, is not codable, and overwrites its memory when the last reference goes.
package final class SecretBytes: Sendable {
    private let storage: UnsafeStorage

    package init(_ bytes: some Collection<UInt8>) {
        storage = UnsafeStorage(bytes)
    }

    package var count: Int { storage.buffer.count }

    /// Lends the bytes for the duration of the call.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(storage.buffer))
    }

    /// The keyed digest that stands for the content in plans and state.
    package func digest(_ fingerprinter: Fingerprinter) -> Fingerprint {
        withBytes { fingerprinter.digest(Array($0)) }
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(sensitive)" }
    package var debugDescription: String { "(sensitive)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Never changed after `init`, which is what makes sharing it safe.
private final class UnsafeStorage: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: some Collection<UInt8>) {
        buffer = .allocate(capacity: bytes.count)
        _ = buffer.initialize(from: bytes)
    }

    deinit {
        // A plain store to memory that is about to be freed may be optimised away; this call may not.
        if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
        buffer.deallocate()
    }
}
