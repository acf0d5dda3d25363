import Testing

@testable import OrchplanCLI

@Suite("What git says of changed lines")
struct FileChangeTests {
    @Test("names in quotes and with spaces, lines that look like headers, files that came and went")
    func parsed() {
        let diff = """
            diff --git a/two words.yaml b/two words.yaml
            --- a/two words.yaml\t
            +++ b/two words.yaml\t
            @@ -3 +3,2 @@ spec:
            --- a/evil
            +++ b/evil
            +@@ -9 +9 @@
            @@ -8,2 +10,0 @@
            -  networks: [front]
            -kind: Service
            diff --git "a/\\346\\227\\245\\t.yaml" "b/\\346\\227\\245\\t.yaml"
            --- "a/\\346\\227\\245\\t.yaml"
            +++ "b/\\346\\227\\245\\t.yaml"
            @@ -1 +1 @@
            -a: 1
            +a: 2
            \\ No newline at end of file
            diff --git a/gone b/gone
            --- a/gone
            +++ /dev/null
            @@ -1,2 +0,0 @@
            -a
            -b
            """
        let changes = FileChange.all(in: Array(diff.utf8))
        #expect(changes.keys.sorted() == ["gone", "two words.yaml", "日\t.yaml"])
        let words = changes["two words.yaml"]
        #expect(words?.hunks == [.init(line: 3, count: 2), .init(line: 10, count: 0)])
        #expect(words?.removedWords == ["--", "a", "evil", "networks", "front", "kind", "Service"])
        #expect(words?.isWhole == true && changes["日\t.yaml"]?.isWhole == false)
    }

    @Test("a change touches the lines that it is in, and what is gone the lines around it")
    func touching() {
        let changed = FileChange.Hunk(line: 5, count: 2)
        #expect(changed.touches(6...9) && changed.touches(1...5) && !changed.touches(7...9) && !changed.touches(1...4))
        let gone = FileChange.Hunk(line: 5, count: 0)
        #expect(gone.touches(1...5) && gone.touches(6...9) && !gone.touches(7...9) && !gone.touches(1...4))
    }
}
