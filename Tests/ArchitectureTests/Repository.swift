import Foundation

/// The checkout that the tests were built from.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func folders(in path: String) throws -> [String] {
        try FileManager.default
            .contentsOfDirectory(
                at: root.appendingPathComponent(path),
                includingPropertiesForKeys: [.isDirectoryKey]
            )
            .map(\.lastPathComponent)
    }

    static func swiftFiles(below path: String) throws -> [URL] {
        let found = FileManager.default.enumerator(
            at: root.appendingPathComponent(path),
            includingPropertiesForKeys: nil
        )
        return (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    }

    /// The modules that a file names in its import lines.
    static func imports(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .compactMap { line in
                let words = line.split(separator: " ")
                guard let position = words.firstIndex(of: "import"), position <= 2, position + 1 < words.count,
                    !line.hasPrefix("//")
                else { return nil }
                let named = words[position + 1]
                let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "typealias"]
                let path = kinds.contains(named) && position + 2 < words.count ? words[position + 2] : named
                return path.split(separator: ".").first.map(String.init)
            }
    }

    /// What Package.swift declares: target -> the package's own targets that it depends on.
    static func declaredDependencies() throws -> [String: Set<String>] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The build that runs this test holds the lock.
        process.arguments = ["swift", "package", "--ignore-lock", "describe", "--type", "json"]
        process.currentDirectoryURL = root
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let description = try JSONDecoder().decode(PackageDescription.self, from: data)
        return Dictionary(
            uniqueKeysWithValues: description.targets.map { ($0.name, Set($0.targetDependencies ?? [])) }
        )
    }

    private struct PackageDescription: Decodable {
        struct Target: Decodable {
            var name: String
            var targetDependencies: [String]?

            enum CodingKeys: String, CodingKey {
                case name
                case targetDependencies = "target_dependencies"
            }
        }

        var targets: [Target]
    }
}
