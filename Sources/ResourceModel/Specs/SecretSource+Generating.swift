extension SecretSource {
    /// Random characters from the system's source, each of the charset equally likely; nil for a source that generates
    /// none, or that has no charset or no usable length.
    package func generated() -> SecretBytes? {
        guard case .generate(let length, let charset, _) = self else { return nil }
        let letters = Array(charset)
        guard !letters.isEmpty, (1...65_536).contains(length) else { return nil }
        var random = SystemRandomNumberGenerator()
        var text = ""
        for _ in 0..<length { text.append(letters[Int.random(in: letters.indices, using: &random)]) }
        return SecretBytes(Array(text.utf8))
    }
}
