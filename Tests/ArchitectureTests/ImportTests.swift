import Foundation
import Testing

@Suite("Imports go only where the architecture allows")
struct ImportTests {
    @Test("every import in Sources is in the table")
    func importsAreAllowed() throws {
        var violations: [String] = []
        for (room, allowed) in Rooms.allowed {
            for file in try Repository.swiftFiles(below: "Sources/\(room)") {
                for module in try Repository.imports(of: file) where Rooms.allowed[module] != nil {
                    if module != room, !allowed.contains(module) {
                        violations.append("\(room) imports \(module) in \(file.lastPathComponent)")
                    }
                }
            }
        }
        #expect(violations.isEmpty, "\(violations.sorted().joined(separator: "\n"))")
    }

    @Test("every folder of Sources is a room of the table")
    func everyFolderIsARoom() throws {
        #expect(Set(try Repository.folders(in: "Sources")) == Set(Rooms.allowed.keys))
    }

    @Test("the package declares exactly the arrows of the table")
    func packageDeclaresTheTable() throws {
        for (name, declared) in try Repository.declaredDependencies() {
            guard let allowed = Rooms.allowed[name] else { continue }
            #expect(declared == allowed, "Package.swift and the table differ for \(name)")
        }
    }
}
