import Manifests

/// A text into which variables are put.
enum InterpolationLaws {
    private static let values = ["A": "1", "B": "{a: b}\n- c", "EMPTY": "", "DOLLAR": "$A ${B}", "LONG": long]
    private static let long = String(repeating: "x", count: 100)

    static func check(_ input: [UInt8]) throws(BrokenLaw) {
        var one = Interpolation(input) { values[$0] }
        let result = Result { () throws(Interpolation.Fault) in try one.expanded() }
        var other = Interpolation(input) { values[$0] }
        let again = Result { () throws(Interpolation.Fault) in try other.expanded() }
        try expect(result == again, "a second run differs")
        for fault in one.faults {
            let isInside = fault.offset >= 0 && fault.length >= 0 && fault.offset + fault.length <= input.count
            try expect(isInside, "a fault outside of the text: \(fault)")
        }
        for use in one.uses {
            try expect(
                input.indices.contains(use.offset) && input[use.offset] == 0x24,
                "a use of \(use.name) at no `$`"
            )
        }
        let expectedUses = Set(one.uses.map(\.name))
        switch result {
        case .success(let text):
            try expect(one.faults.isEmpty, "a text in spite of faults")
            try expect(text.count <= Interpolation.lengthLimit, "longer than its limit")
            if !input.contains(0x24) { try expect(text == input, "a text without variables changed") }
            // Values are put in as they are, never read again: another value never changes which variables count.
            if !expectedUses.isEmpty { try checkValuesAreInert(input, expectedUses) }
        case .failure(let fault): try expect(one.faults.first == fault, "the thrown fault is not the first")
        }
        try checkDoubling(input)
    }

    /// What stands in a value names no variable.
    private static func checkValuesAreInert(_ input: [UInt8], _ names: Set<String>) throws(BrokenLaw) {
        var plain = Interpolation(input) { values[$0] == nil ? nil : values[$0] == "" ? "" : "v" }
        let faults = (try? plain.expanded()) == nil ? plain.faults : []
        try expect(faults.isEmpty, "other values bring faults: \(faults)")
        try expect(Set(plain.uses.map(\.name)) == names, "other values name other variables")
    }

    /// A text whose dollar signs are doubled stands for itself; braces may be a template, in which nothing is doubled.
    private static func checkDoubling(_ input: [UInt8]) throws(BrokenLaw) {
        let text = input.filter { $0 != 0x7B }
        var doubled = Interpolation(text.flatMap { $0 == 0x24 ? [$0, $0] : [$0] }) { _ in nil }
        try expect((try? doubled.expanded()) == text, "doubled dollar signs do not stand for themselves")
    }
}

extension Result where Success == [UInt8], Failure == Interpolation.Fault {
    fileprivate static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.success(let one), .success(let other)): one == other
        case (.failure(let one), .failure(let other)): one == other
        default: false
        }
    }
}
