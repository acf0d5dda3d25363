import ResourceModel

/// The name of one state, minted when it is made: a plan that was made from one lineage never fits another.
package enum Lineage {
    /// 32 hexadecimal digits from the system's random source.
    package static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in String(UInt8.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }
}

extension RecordedState {
    /// The state of a project that nothing was recorded of, with a lineage and a key of its own.
    package static func new(project: String) -> RecordedState {
        RecordedState(project: project, lineage: Lineage.random(), serial: 0, key: .random())
    }
}
