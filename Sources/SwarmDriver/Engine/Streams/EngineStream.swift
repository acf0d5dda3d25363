import AsyncHTTPClient
import NIOCore

/// The values of an answer that goes on for as long as somebody listens.
///
/// The call is made with the first value that is asked for, or with `open`, and given up when the iterator goes or its task is
/// cancelled. Bytes are read as fast as values are taken. Every iteration is a call of its own. Errors are `EngineError`;
/// what was on its way when a connection broke may be lost with it.
package struct EngineStream<Splitter: StreamSplitting>: AsyncSequence, Sendable {
    package typealias Element = Splitter.Element

    fileprivate let call: EngineCall
    fileprivate let open: @Sendable () async throws(EngineError) -> OpenedStream
    fileprivate let makeSplitter: @Sendable (OpenedStream) -> Splitter

    init(
        call: EngineCall,
        open: @escaping @Sendable () async throws(EngineError) -> OpenedStream,
        splitter: @escaping @Sendable (OpenedStream) -> Splitter
    ) {
        self.call = call
        self.open = open
        makeSplitter = splitter
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(stream: self)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private let stream: EngineStream
        private var splitter: Splitter?
        private var bytes: HTTPClientResponse.Body.AsyncIterator?
        private var hasEnded = false

        fileprivate init(stream: EngineStream) {
            self.stream = stream
        }

        package mutating func next() async throws -> Element? {
            if hasEnded { return nil }
            do {
                return try await nextValue()
            } catch {
                hasEnded = true
                bytes = nil
                throw stream.failure(error)
            }
        }

        /// Makes the call without waiting for a value: what happens from then on is told.
        package mutating func open() async throws {
            guard bytes == nil, !hasEnded else { return }
            do {
                let opened = try await stream.open()
                splitter = stream.makeSplitter(opened)
                bytes = opened.response.body.makeAsyncIterator()
            } catch {
                hasEnded = true
                throw stream.failure(error)
            }
        }

        private mutating func nextValue() async throws -> Element? {
            try await open()
            while true {
                if let element = try splitter?.next() { return element }
                guard let chunk = try await bytes?.next() else {
                    hasEnded = true
                    bytes = nil
                    try splitter?.end()
                    return nil
                }
                splitter?.append(chunk)
            }
        }
    }

    private func failure(_ error: any Error) -> EngineError {
        switch error {
        case let error as EngineError: error
        case let error as StreamFault: .unreadable(call, reason: error.reason)
        case is CancellationError: .broken(call, reason: "it was given up")
        case let error as HTTPClientError where error == .alreadyShutdown || error == .cancelled:
            .broken(call, reason: "it was given up")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            .broken(call, reason: "the engine closed it")
        case let error as IOError: .broken(call, reason: EngineFile.text(ofError: error.errnoCode))
        default: .broken(call, reason: String(describing: error))
        }
    }
}

/// A stream that the engine agreed to.
struct OpenedStream: Sendable {
    var response: HTTPClientResponse
    var version: EngineVersion
}

package typealias EngineRecords = EngineStream<RecordSplitter>
package typealias EngineFrames = EngineStream<FrameSplitter>

/// Cuts the bytes of a stream into values, wherever the network cut them.
package protocol StreamSplitting: Sendable {
    associatedtype Element: Sendable

    mutating func append(_ bytes: ByteBuffer)

    /// The next whole value; nil until more bytes came.
    mutating func next() throws(StreamFault) -> Element?

    /// Checks that nothing is left over.
    func end() throws(StreamFault)
}

/// A stream that does not follow its own format.
package struct StreamFault: Error, Sendable, Hashable {
    package var reason: String
}
