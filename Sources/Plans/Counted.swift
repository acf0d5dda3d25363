/// Numbers of things in sentences.
package enum Counted {
    /// `1 node`, `3 nodes`.
    package static func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
