// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
]
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}
func tests(_ room: String, _ dependencies: [Target.Dependency] = [], data: [String] = []) -> Target {
    .testTarget(
        name: room + "Tests",
        dependencies: [.init(stringLiteral: room), "OrchplanTestSupport"] + dependencies,
        exclude: data,
        swiftSettings: strict
    )
}
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let package = Package(
    name: "orchplan",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        room("SourceDiagnostics"),
        room("ResourceModel", [crypto]),
        room("YAMLDocuments", ["CLibYAML", "SourceDiagnostics"]),
        room("Manifests", ["YAMLDocuments", "ResourceModel", "SourceDiagnostics"]),
        room("Plans", ["ResourceModel"]),
        room("Drivers", ["ResourceModel"]),
        room("SwarmDriver", ["Drivers", "ResourceModel"]),
        room("StateStores", ["Plans", "ResourceModel"]),
        .target(
            name: "OrchplanTestSupport",
            dependencies: ["Drivers", "Plans", "ResourceModel", "SourceDiagnostics", "StateStores", "YAMLDocuments"],
            swiftSettings: strict
        ),
        tests("ResourceModel"),
        tests("Manifests", ["YAMLDocuments", "ResourceModel", "SourceDiagnostics"], data: ["BadInput"]),
        tests("SwarmDriver", ["Drivers", "ResourceModel"], data: ["Translation/Golden"]),
    ]
)
