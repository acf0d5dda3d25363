import Glibc
import SourceDiagnostics
import Testing
import YAMLDocuments

@Suite struct LimitTests {
    @Test func nesting() {
        let deep = String(repeating: "[", count: 64)
        #expect(read(deep + String(repeating: "]", count: 64)).diagnostics.isEmpty)
        expectFault(deep + "«[»" + String(repeating: "]", count: 65), .yamlTooDeep)
        #expect(
            read(String(repeating: "[", count: 100_000) + "\n---\na: 1\na: 2\n").diagnostics.map(\.code) == [
                .yamlTooDeep, .yamlDuplicateKey,
            ]
        )
        let block = (0..<100).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(read(block).diagnostics.map(\.code) == [.yamlTooDeep])
        // Each alias adds a level without any bracket being that deep in the text.
        let chain = "- &a0 [x]\n" + (1..<100).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
        #expect(read(chain).diagnostics.map(\.code) == [.yamlTooDeep])
    }

    @Test func smallStack() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 128 << 10)
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            &attributes,
            { _ in
                let found = read(String(repeating: "[", count: 80)).diagnostics.map(\.code)
                return found == [.yamlTooDeep] ? UnsafeMutableRawPointer(bitPattern: 1) : nil
            },
            nil
        )
        #expect(status == 0)
        var result: UnsafeMutableRawPointer?
        pthread_join(thread, &result)
        #expect(result == UnsafeMutableRawPointer(bitPattern: 1))
    }

    @Test func billionLaughs() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, last) in zip("bcdefghi", "abcdefgh") {
            text += "\(name): &\(name) [" + Array(repeating: "*\(last)", count: 9).joined(separator: ", ") + "]\n"
        }
        let took = ContinuousClock()
            .measure {
                #expect(read(text).diagnostics.map(\.code) == [.yamlTooManyAliases])
            }
        #expect(took < .seconds(5))
    }

    @Test func bombAsKeyAndAsMerge() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, last) in zip("bcdef", "abcde") {
            text += "\(name): &\(name) [" + Array(repeating: "*\(last)", count: 9).joined(separator: ", ") + "]\n"
        }
        let key = ContinuousClock()
            .measure {
                #expect(read(text + "? *f\n: 1\n").diagnostics.map(\.code).contains(.yamlTooManyAliases))
            }
        #expect(key < .seconds(5))
        let map = "a: &a {" + (0..<5000).map { "k\($0): 1" }.joined(separator: ", ") + "}\n"
        let merge = map + "b: {<<: [" + Array(repeating: "*a", count: 5000).joined(separator: ", ") + "]}\n"
        #expect(read(merge).diagnostics.map(\.code) == [.yamlTooManyAliases])
        let chain = map + (0..<50).map { "m\($0): {<<: {<<: {<<: *a}}}\n" }.joined()
        #expect(read(chain).diagnostics.map(\.code) == [.yamlTooManyAliases])
    }

    @Test func sizes() {
        var limits = ParseLimits()
        limits.scalarBytes = 8
        limits.keysPerMapping = 2
        limits.keyBytes = 4
        expectFault("a: «123456789»\n", .yamlScalarTooLong, limits: limits)
        expectFault("a: 1\nb: 2\n«c»: 3\nd: 4\n", .yamlTooManyKeys, limits: limits)
        expectFault("«abcde»: 1\n", .yamlKeyTooLong, limits: limits)
        expectFault("x: &x {a: 1, b: 2}\ny: {c: 1, «<<»: *x}\n", .yamlTooManyKeys, limits: limits)
        limits.fileBytes = 3
        expectFault("«»a: 1\n", .yamlFileTooLarge, limits: limits)
        let long = String(repeating: "k", count: 2000)
        #expect(read("\(long): 1\n").diagnostics.map(\.code) == [.yamlKeyTooLong])
        #expect(read("\"\(long)\": 1\n").diagnostics.map(\.code) == [.yamlKeyTooLong])
        #expect(read("a: \(String(repeating: "x", count: 1 << 20))\n").diagnostics.isEmpty)
        #expect(read("a: \(String(repeating: "x", count: 1 << 20))y\n").diagnostics.map(\.code) == [.yamlScalarTooLong])
    }

    @Test func binaryFilesAreGivenUp() {
        let found = read(bytes: [UInt8](repeating: 1, count: 100_000)).diagnostics
        #expect(found.count == 51)
        #expect(found.last?.code == .yamlGivenUp)
        let keys = String(repeating: "~: 1\n", count: 5000)
        #expect(read(keys).diagnostics.count == 1001)
    }
}
