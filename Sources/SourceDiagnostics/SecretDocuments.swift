/// The documents of a file that declare a Secret, for those who ask about all of its lines.
struct SecretDocuments {
    /// Sorted, and without overlap.
    private var ranges: [Range<Int>] = []

    init(_ file: SourceFile) {
        var start = 0
        var index = 0
        while start < file.count {
            var end = file.count
            while let newline = SecretLine.first(0x0A, in: file, index..<file.count) {
                index = newline + 1
                if SecretLine.startsDocument(file, index) {
                    end = index
                    break
                }
            }
            if SecretLine.declaresSecret(file, in: start..<end) { ranges.append(start..<end) }
            start = end
        }
    }

    /// Whether an offset is in one of them.
    func contains(_ offset: Int) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(offset)
    }
}
