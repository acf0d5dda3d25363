import CSystemCalls

/// The processors that this process may run on.
package enum Cores {
    /// How many, at least one: fewer than the machine has where `taskset` or a cpuset says so.
    package static let usable = max(1, Int(orchplan_usable_cores()))
}
