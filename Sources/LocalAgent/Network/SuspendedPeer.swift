import NIOCore

/// Notices that the process at the other end of a connection was suspended, which no socket tells.
///
/// A suspended process keeps its sockets, and the system goes on taking connections for it: without this, whoever asks it
/// waits for as long as an answer may take.
enum SuspendedPeer {
    /// How often to look, and how often in a row it has to be so: a moment's stop is nobody's business.
    private static let pause = TimeAmount.seconds(1)
    private static let looks = 3

    /// Calls `found` on the channel's loop when the process has been suspended for some seconds; never for 0.
    ///
    /// Looking ends with the channel.
    static func watch(_ process: Int, on channel: any Channel, _ found: @escaping @Sendable () -> Void) {
        guard process > 0 else { return }
        let counted = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: channel.eventLoop)
        let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { task in
            // `T`: by a signal; `t`, by a debugger, goes on when that one is done.
            let isSuspended = ProcessStatus.read(process)?.state == UInt8(ascii: "T")
            counted.value = isSuspended ? counted.value + 1 : 0
            guard counted.value >= looks else { return }
            task.cancel()
            found()
        }
        channel.closeFuture.whenComplete { _ in task.cancel() }
    }
}
