/// A value that lies on the heap once, for all who hold it, and does not change.
///
/// What is large and made of many references is passed on by the one reference to it: a copy would count every one that it
/// holds. Two are equal where their values are.
package final class Shared<Value: Sendable & Hashable>: Sendable, Hashable {
    package let value: Value

    package init(_ value: consuming Value) {
        self.value = value
    }

    /// Shows the value where it lies.
    ///
    /// Not inlined: whoever takes `value` out for more than one look copies it, and so counts all that it holds.
    @inline(never)
    package func look<Result>(_ body: (Value) -> Result) -> Result { body(value) }

    package static func == (left: Shared, right: Shared) -> Bool { left === right || left.value == right.value }

    package func hash(into hasher: inout Hasher) {
        value.hash(into: &hasher)
    }
}
