/// Where each name of a list is given first.
///
/// Nearly all lists have a few items, whose names are compared one by one; longer ones are looked up by hash, so that
/// time stays linear.
struct FirstUses {
    private static let few = 8

    private var names: [String] = []
    private var positions: [String: Int] = [:]
    private let isLong: Bool

    /// - Parameter count: How many items the list has.
    init(expecting count: Int) {
        isLong = count > Self.few
        // A list of one item repeats nothing.
        if !isLong, count > 1 { names.reserveCapacity(count) }
    }

    /// Notes that the item at `position` has this name; gives the first one that has it, when that is another.
    ///
    /// To be called for every item of the list, in order.
    mutating func note(_ name: String, at position: Int) -> Int? {
        if isLong {
            guard let first = positions[name] else {
                positions[name] = position
                return nil
            }
            return first
        }
        let first = names.firstIndex(of: name)
        names.append(name)
        return first
    }
}
