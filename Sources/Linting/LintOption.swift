import ResourceModel

/// What a rule compares with, where a project may know better.
package struct LintOption: Sendable {
    /// The rule that it belongs to.
    package let rule: String
    package let name: String
    /// What it is, in one sentence.
    package let summary: String
    /// What holds unless a project says otherwise; tells what kind of value it takes as well.
    package let standard: LintValue

    init(_ rule: String, _ name: String, _ standard: LintValue, _ summary: String) {
        self.rule = rule
        self.name = name
        self.standard = standard
        self.summary = summary
    }
}

/// The value of an option.
package enum LintValue: Sendable, Hashable {
    case count(Int)
    case duration(Duration)
    case size(ByteCount)
    case words([String])

    /// The value as a project file would hold it.
    package var text: String {
        switch self {
        case .count(let count): "\(count)"
        case .duration(let duration): duration.text
        case .size(let size): size.text
        case .words(let words): "[\(words.joined(separator: ", "))]"
        }
    }

    /// A value of the same kind, read from texts.
    func read(_ texts: [String]) -> LintValue? {
        if case .words = self { return .words(texts) }
        guard texts.count == 1, let text = texts.first else { return nil }
        switch self {
        case .count:
            guard let count = Int(text), count >= 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            return .count(count)
        case .duration: return Duration(parsing: text).map { .duration($0) }
        case .size: return ByteCount(parsing: text).map { .size($0) }
        case .words: return nil
        }
    }

    /// What such a value looks like.
    var kind: String {
        switch self {
        case .count: "a number"
        case .duration: "a duration such as 5m"
        case .size: "a size such as 64MiB"
        case .words: "a list"
        }
    }
}

/// The values of a project's options.
package struct LintValues: Sendable {
    /// By rule and option; those that are not here have their standard value.
    private var values: [String: LintValue] = [:]

    package init() {}

    mutating func set(_ option: LintOption, to value: LintValue) {
        values[option.rule + "." + option.name] = value
    }

    fileprivate func value(_ option: LintOption) -> LintValue {
        // Most projects set none, and rules ask at every service.
        values.isEmpty ? option.standard : values[option.rule + "." + option.name] ?? option.standard
    }
}

extension LintContext {
    func count(_ option: LintOption) -> Int {
        if case .count(let count) = values.value(option) { count } else { 0 }
    }

    func duration(_ option: LintOption) -> Duration {
        if case .duration(let duration) = values.value(option) { duration } else { .zero }
    }

    func size(_ option: LintOption) -> ByteCount {
        if case .size(let size) = values.value(option) { size } else { ByteCount(bytes: 0) }
    }

    func words(_ option: LintOption) -> [String] {
        if case .words(let words) = values.value(option) { words } else { [] }
    }
}
