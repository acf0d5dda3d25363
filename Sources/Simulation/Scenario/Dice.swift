import Drivers

/// Chance, as one seed has it.
struct Dice: Sendable {
    private var generator: SimulationRandom

    /// - Parameter stream: What the numbers are for: another stream of the same seed is independent of this one.
    init(seed: UInt64, stream: UInt64) {
        generator = SimulationRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ (stream &* 0xD1B5_4A32_D192_ED03))
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < probability }

    mutating func share() -> Double { Double.random(in: 0..<1, using: &generator) }

    mutating func pick<Value>(_ values: [Value], or fallback: Value) -> Value {
        values.randomElement(using: &generator) ?? fallback
    }

    mutating func pick<Value>(_ values: [Value]) -> Value? { values.randomElement(using: &generator) }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(range)) }
}
