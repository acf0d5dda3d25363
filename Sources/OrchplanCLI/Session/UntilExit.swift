/// Values that live as long as the process.
///
/// A command that is through ends its process, and with it all its memory at once; taking many thousand resources apart
/// before would be a good part of its time.
enum UntilExit {
    private final class Kept<Value> {
        let value: Value

        init(_ value: Value) { self.value = value }
    }

    /// Keeps a value; only for a command that has nothing left to do but to end.
    static func keep<Value>(_ value: Value) {
        _ = Unmanaged.passRetained(Kept(value))
    }
}
