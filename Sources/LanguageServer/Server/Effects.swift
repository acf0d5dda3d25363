/// What the server is told.
package enum ServerEvent: Sendable {
    /// What came from the client at once: a request that is cancelled behind it is not answered.
    case frames([FrameReader.Frame])
    /// A wait that was asked for is over.
    case woke(Int)
    case checked(CheckResult)
    /// The client closed its end.
    case inputEnded
}

/// What the server wants done.
package enum ServerEffect: Sendable {
    /// Send a message: the JSON without its header.
    case send([UInt8])
    /// Tell in a while that it is over.
    case wake(Int, after: Duration)
    case check(CheckJob)
    /// End with an exit code.
    case end(Int32)
}
