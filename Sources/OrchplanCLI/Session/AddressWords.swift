import Manifests
import ResourceModel
import SourceDiagnostics

/// Addresses as people type them: `service/web`, or `web` alone where that means one thing.
enum AddressWords {
    /// The address that a word means among those there are; what means none of them is a mistake in the command.
    static func address(_ word: String, among known: some Sequence<ResourceAddress>) throws -> ResourceAddress {
        let known = Set(known)
        if let address = try meant(word, among: known) { return address }
        throw CommandFailure(
            "\(Escaping.visible(word)) is not an address, and nothing has this name",
            help: Suggestion.nearest(word, in: known.map(\.name).sorted())
                .map { "did you mean \($0)?" } ?? "write kind/name, such as service/web",
            code: ExitStatus.usage
        )
    }

    /// The address that a word means; nil for a name that nothing has.
    ///
    /// - Parameter known: What a name may mean; a whole address need not be among them.
    static func meant(_ word: String, among known: some Sequence<ResourceAddress>) throws -> ResourceAddress? {
        if let address = ResourceAddress(parsing: word) { return address }
        let found = Set(known).filter { $0.name == word }.sorted()
        guard found.count > 1 else { return found.first }
        throw CommandFailure(
            "\(Escaping.visible(word)) is the name of \(Words.list(found.map(\.description)))",
            help: "write which one: \(found[0])",
            code: ExitStatus.usage
        )
    }
}
