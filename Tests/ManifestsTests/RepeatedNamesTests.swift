import Testing

@testable import Manifests

@Suite("Names that a list gives twice")
struct RepeatedNamesTests {
    @Test("each is found with the item that gives it first, in short lists and long ones", arguments: 0..<30)
    func firstUses(_ count: Int) {
        // So few names that most are repeated.
        let names = (0..<count).map { "name-\($0 * $0 % 7)" }
        var uses = FirstUses(expecting: count)
        for (position, name) in names.enumerated() {
            let first = names[..<position].firstIndex(of: name)
            #expect(uses.note(name, at: position) == first)
        }
    }
}
