import ResourceModel
import Synchronization

/// What registries told of the images of changes that are still to come.
///
/// A change that waits, or failed and is not to be tried again, must stay the same change: were its image asked about
/// in every round, a tag that moves or a registry that goes away would make it another. What is not wanted any more,
/// because it was applied or taken back, is forgotten, and asked about anew the next time.
final class ImageMemory: Sendable {
    private struct Known {
        var answers: [String: ImageAnswer] = [:]
        /// What was complained of already.
        var said: Set<RegistrySilence> = []
    }

    private let known = Mutex(Known())

    var answers: [String: ImageAnswer] { known.withLock { $0.answers } }

    /// Those that no registry has told of yet; everything but what is wanted is forgotten.
    func unknown(_ wanted: [String]) -> [String] {
        known.withLock { known in
            let wanted = Set(wanted)
            known.answers = known.answers.filter { wanted.contains($0.key) }
            if wanted.isEmpty { known.said = [] }
            return
                wanted.filter { image in
                    if case .digest? = known.answers[image] { false } else { true }
                }
                .sorted()
        }
    }

    /// Keeps the answers; what registries did not tell, and have not been complained of for yet.
    func learn(_ answers: [String: ImageAnswer]) -> [RegistrySilence] {
        known.withLock { known in
            var news: [RegistrySilence] = []
            for (image, answer) in answers.sorted(by: { $0.key < $1.key }) {
                known.answers[image] = answer
                if case .silence(let silence) = answer, known.said.insert(silence).inserted { news.append(silence) }
            }
            return news
        }
    }
}
