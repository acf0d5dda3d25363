import SourceDiagnostics
import Testing

@Suite struct SuggestionTests {
    @Test func nearest() {
        let fields = ["replicas", "image", "command", "ports"]
        #expect(Suggestion.nearest("replcias", in: fields) == "replicas")
        #expect(Suggestion.nearest("Image", in: fields) == "image")
        #expect(Suggestion.nearest("prots", in: fields) == "ports")
        #expect(Suggestion.nearest("volumes", in: fields) == nil)
        #expect(Suggestion.nearest("", in: fields) == nil)
    }

    @Test(arguments: [("ab", "ba", 1), ("abc", "abc", 0), ("kitten", "sitting", 3), ("", "abc", 3), ("a", "", 1)])
    func distance(_ left: String, _ right: String, _ expected: Int) {
        #expect(Suggestion.distance(left, right) == expected)
    }
}
