/// Follows the engine's events for as long as its task runs: a stream that breaks is opened again.
///
/// Events only say when to look. Those of the time without a stream are lost, which is why each opening is told.
struct EngineEvents: Sendable {
    enum Happening: Sendable {
        /// From now on everything is told.
        case opened
        case news(EngineNews)
        /// Nothing is told until the next opening.
        case broken
    }

    let client: EngineClient

    /// Between two tries, the first and the longest.
    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(10)

    /// Ends when its task is cancelled.
    func follow(_ tell: @Sendable (Happening) async -> Void) async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            do {
                var records = client.records("/events", [EngineNews.filter.item]).makeAsyncIterator()
                try await records.open()
                await tell(.opened)
                while let record = try await records.next() {
                    // Only a stream that tells something is a good one.
                    pause = Self.firstPause
                    if let news = EngineNews(record) { await tell(.news(news)) }
                }
            } catch {
                // Whatever broke it: the looks find out whether the engine answers, and say so.
            }
            guard !Task.isCancelled else { return }
            await tell(.broken)
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
