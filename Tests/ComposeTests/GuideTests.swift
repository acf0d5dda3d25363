import Foundation
import Testing

@testable import Compose

@Suite("The guide says what becomes of every key")
struct GuideTests {
    @Test("each key of a service that a conversion knows stands in the table")
    func everyKey() throws {
        let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/migrating-from-compose.md")
        let text = try String(contentsOf: guide, encoding: .utf8)
        let keys = Array(ServiceConverter.table.keys) + OmittedKeys.service.keys
        #expect(keys.count > 80)
        #expect(keys.filter { !text.contains("`\($0)`") }.sorted() == [])
        #expect(Set(ServiceConverter.table.keys).isDisjoint(with: OmittedKeys.service.keys))
    }
}
