import OrchplanTestSupport
import ResourceModel

@testable import Manifests

/// Makes manifests up from the field tables: right ones, and ones with a thing changed that may make them wrong.
struct ManifestGenerator {
    private var random: SeededGenerator
    private static let deepest = 6

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A manifest whose fields all have values of their types; what fields say together may still be wrong.
    mutating func manifest(_ kind: ResourceKind) -> CanonicalValue {
        .object([
            CanonicalMember(key: "apiVersion", value: .string("orchplan/v1")),
            CanonicalMember(key: "kind", value: .string(kind.manifestName)),
            CanonicalMember(key: "metadata", value: record(MetadataDraft.table.info, depth: 1)),
            CanonicalMember(key: "spec", value: record(Explain.record(of: kind), depth: 1)),
        ])
    }

    private mutating func record(_ info: RecordInfo, depth: Int) -> CanonicalValue {
        let share = min(1, 4 / Double(info.fields.count))
        return .object(
            info.fields.compactMap { field in
                guard field.isRequired || (depth < Self.deepest && random.chance(share)) else { return nil }
                return CanonicalMember(key: field.name.text, value: value(field.type, depth: depth + 1))
            }
        )
    }

    private mutating func value(_ type: FieldType, depth: Int) -> CanonicalValue {
        switch type {
        case .text(let format): return text(format)
        case .bool: return .bool(random.chance())
        case .integer(let range):
            return .integer(Int64(random.number(range.lowerBound...min(range.upperBound, range.lowerBound + 40))))
        case .number(let range): return .number(random.chance() ? range.lowerBound : range.upperBound)
        case .duration: return one("10s", "1m30s", "1.5h", "500ms", "0s", "2d")
        case .size: return one("512MiB", "1.5GiB", "64KB", "1B", "2TiB")
        case .cpus: return random.chance() ? .number(1.5) : one("0.5", "2", "0.000000001")
        case .fileMode: return one("0400", "755", "0644")
        case .batch: return random.chance() ? .integer(2) : one("25%", "100%", "1%")
        case .portRange: return random.chance() ? .integer(8080) : one("8000-8010", "9000")
        case .choice(let words): return words.isEmpty ? .string("a") : .string(random.pick(words, default: ""))
        case .list(let element): return .array((0..<random.number(0...2)).map { _ in value(element, depth: depth + 1) })
        case .map(let inner):
            return .object(
                (0..<random.number(0...2))
                    .map { CanonicalMember(key: "key\($0)", value: value(inner, depth: depth + 1)) }
            )
        case .entries(let names, let inner):
            return .object(
                Set((0..<random.number(0...2)).map { _ in random.pick(names, default: "") }).sorted()
                    .map { CanonicalMember(key: $0, value: value(inner, depth: depth + 1)) }
            )
        case .record(let info): return record(info(), depth: depth)
        case .anyOf(let types): return types.randomElement(using: &random).map { value($0, depth: depth) } ?? .null
        case .null: return .null
        }
    }

    private mutating func text(_ format: TextFormat) -> CanonicalValue {
        switch format {
        case .any: random.chance(0.2) ? .integer(5) : random.chance(0.1) ? .bool(true) : one("a", "b c", "é", "1.20")
        case .name: random.chance(0.1) ? .integer(7) : one("web", "a.b_c-d", "0")
        case .image: one("nginx:1.27", "registry.example.com:5000/a/b@sha256:" + String(repeating: "0", count: 64))
        case .absolutePath: one("/srv", "/", "/a/../b")
        case .path: random.chance(0.1) ? .integer(5) : one("a/b.txt", "./x")
        case .address: one("10.0.0.2", "fe80::1")
        case .hostName: random.chance(0.1) ? .integer(5) : one("web", "a_b.c-1", "{{.Task.Slot}}-x", "1.20")
        case .subnet: one("10.0.0.0/24", "fd00::/64")
        case .commandLine: random.chance(0.1) ? .integer(5) : one("run --fast 'a b'", "x")
        case .assignment: one("A=b", "A=", "A")
        case .port: one("8080:80/tcp", "80", "8000-8010:80", "127.0.0.1:8080:80")
        case .mount: one("data:/x", "data:/x:ro", "/srv:/y")
        case .capability: one("NET_ADMIN", "CAP_CHOWN", "sys_time", "ALL")
        case .user: random.chance(0.1) ? .integer(5) : one("web", "1000:1000", "www-data:", "5:web")
        case .owner: random.chance(0.5) ? .integer(5) : one("0", "1000")
        case .portName: random.chance(0.1) ? .integer(5) : one("http", "a.b_c-d", "0")
        case .host: one("db:10.0.0.7", "db=[::1]", "db:::1", "db=host-gateway")
        }
    }

    private mutating func one(_ texts: String...) -> CanonicalValue { .string(random.pick(texts, default: "")) }

    // MARK: - Changes

    /// The manifest with one value changed, one key taken away, or one put in.
    mutating func changed(_ value: CanonicalValue, depth: Int = 0) -> CanonicalValue {
        // Deeper values are where most rules are.
        switch value {
        case .object(var members) where !members.isEmpty && (depth == 0 || random.chance(0.8)):
            let index = random.number(0...(members.count - 1))
            switch random.number(0...9) {
            case 0: members.remove(at: index)
            case 1: members.append(CanonicalMember(key: random.chance() ? "zz" : "Image", value: .string("x")))
            default: members[index].value = changed(members[index].value, depth: depth + 1)
            }
            return .object(members)
        case .array(var items) where !items.isEmpty && random.chance(0.8):
            let index = random.number(0...(items.count - 1))
            items[index] = changed(items[index], depth: depth + 1)
            return .array(items)
        default: return spoiled()
        }
    }

    private mutating func spoiled() -> CanonicalValue {
        random.pick(
            [
                .null, .bool(true), .integer(-1), .integer(0), .integer(99_999_999), .number(0.5), .number(1.25),
                .string(""), .string("two words"), .string("-x"), .string("10"), .string("10 s"), .string("5GB"),
                .string("0999"), .string("0%"), .string("101%"), .string("70000"), .string("90-80"), .string("true"),
                .string("a=b"), .string("=b"), .string("/a:/b:xx"), .string("1:2:3:4:5"), .string("UPPER:tag"),
                .string("1.2.3.4.5"), .string("1.2.3.4/33"), .string("a\"b"), .array([]), .array([.null]),
                .array([.string("x")]), .object([]), .object([CanonicalMember(key: "zz", value: .integer(1))]),
                .string("1_000"), .string("0x10"), .string("1e3"), .string(String(repeating: "a", count: 64)),
            ],
            default: .null
        )
    }
}
