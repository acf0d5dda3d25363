/// The name of one state, minted when it is made: a plan that was made from one lineage never fits another.
package enum Lineage {
    /// 32 hexadecimal digits from the system's random source.
    package static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in String(UInt8.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }
}
