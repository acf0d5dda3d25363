import ResourceModel

/// Builds one object of the engine's JSON, member by member, in the order of the calls.
///
/// The engine reads what is left out as "not said": the `some…` members leave out what says nothing.
struct EngineJSON {
    private(set) var members: [CanonicalMember] = []

    var value: CanonicalValue { .object(members) }
    var isEmpty: Bool { members.isEmpty }

    mutating func set(_ key: String, _ value: CanonicalValue) {
        members.append(CanonicalMember(key: key, value: value))
    }

    mutating func set(_ key: String, _ text: String) { set(key, .string(text)) }
    mutating func set(_ key: String, _ number: Int) { set(key, .integer(Int64(number))) }
    mutating func set(_ key: String, _ duration: Duration) { set(key, .integer(duration.nanoseconds)) }
    mutating func set(_ key: String, _ build: EngineJSON) { set(key, build.value) }

    /// A text that is given and not empty.
    mutating func some(_ key: String, _ text: String?) {
        if let text, !text.isEmpty { set(key, .string(text)) }
    }

    /// A flag that is on.
    mutating func some(_ key: String, _ flag: Bool) {
        if flag { set(key, .bool(true)) }
    }

    /// A number that is given and not zero, which the engine takes for "not said".
    mutating func some(_ key: String, _ number: Int64?) {
        if let number, number != 0 { set(key, .integer(number)) }
    }

    mutating func some(_ key: String, _ texts: [String]) {
        if !texts.isEmpty { set(key, .array(texts.map(CanonicalValue.string))) }
    }

    mutating func some(_ key: String, _ values: [CanonicalValue]) {
        if !values.isEmpty { set(key, .array(values)) }
    }

    mutating func some(_ key: String, _ map: SortedMap<String>) {
        if !map.isEmpty { set(key, .map(map)) }
    }

    mutating func some(_ key: String, _ build: EngineJSON) {
        if !build.isEmpty { set(key, build.value) }
    }
}

extension CanonicalValue {
    /// A map of texts, entries with empty values included: in labels and options those mean something.
    static func map(_ map: SortedMap<String>) -> CanonicalValue {
        .object(map.map { CanonicalMember(key: $0.key, value: .string($0.value)) })
    }

    /// The value at a path of keys; nil where one of them is missing or null.
    func at(_ path: String...) -> CanonicalValue? {
        var current = self
        for key in path {
            guard let next = current[key], next != .null else { return nil }
            current = next
        }
        return current
    }

    /// A map of texts; members that are none are left out.
    var texts: SortedMap<String> {
        SortedMap((object ?? []).compactMap { member in member.value.string.map { .init(key: member.key, value: $0) } })
    }

    var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// An integer, also where it was written with a fraction or an exponent.
    var wholeNumber: Int64? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int64(exactly: number)
        case .null, .bool, .string, .array, .object: nil
        }
    }
}
