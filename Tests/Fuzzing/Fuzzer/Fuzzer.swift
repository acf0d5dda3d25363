import FuzzLaws
import Glibc

/// What the fuzzer calls with every input that it makes up.
@_cdecl("LLVMFuzzerTestOneInput")
public func checkOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(BrokenLaw) {
        try target.check(input)
        if isChosen(input) { try checkTime(input) }
    } catch {
        fatalError("\(target.rawValue): \(error)")
    }
    return 0
}

/// Chosen by the environment: the command line is the fuzzer's own.
private let target: FuzzTarget = {
    let name = getenv("ORCHPLAN_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("ORCHPLAN_FUZZ_TARGET names one of \(known)")
    }
    return target
}()

/// One of some hundred inputs, always the same ones.
private func isChosen(_ input: [UInt8]) -> Bool {
    input.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } >> 16 & 0xFF == 0
}

/// Sixteen times as much of the same takes about sixteen times as long, not its square.
private func checkTime(_ input: [UInt8]) throws(BrokenLaw) {
    let short = target.repeated(input, length: 1 << 10)
    let long = target.repeated(input, length: short.count * 16)
    let one = try time(short)
    let many = try time(long)
    // What takes less than this tells nothing: the machine may have been busy.
    guard many > 2, many > one * 80 else { return }
    throw BrokenLaw("\(short.count) bytes take \(one) s and \(long.count) bytes \(many) s")
}

/// In seconds of the processor.
private func time(_ input: [UInt8]) throws(BrokenLaw) -> Double {
    let start = seconds()
    try target.check(input)
    return seconds() - start
}

private func seconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
