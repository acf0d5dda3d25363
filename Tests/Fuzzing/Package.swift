// swift-tools-version: 6.2
import PackageDescription

// What scripts/fuzz.sh builds: the rooms that read what others have written, and nothing that takes long to compile.
// `Rooms` is a link to the sources of the product; what each may import is decided in the product's own Package.swift.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

func room(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = [],
    sources: [String]? = nil
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "Rooms/" + name,
        exclude: exclude,
        sources: sources,
        swiftSettings: strict
    )
}

let package = Package(
    name: "fuzzing",
    targets: [
        .systemLibrary(
            name: "CLibYAML",
            path: "Rooms/CLibYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"])]
        ),
        .target(name: "Crypto", path: "Crypto", swiftSettings: strict),
        .target(name: "CSystemCalls", path: "Rooms/CSystemCalls"),
        room("SourceDiagnostics"),
        room("ResourceModel", ["Crypto"]),
        room("YAMLDocuments", ["CLibYAML", "SourceDiagnostics"]),
        room("Manifests", ["CSystemCalls", "YAMLDocuments", "ResourceModel", "SourceDiagnostics"]),
        room("Compose", ["Manifests", "YAMLDocuments", "ResourceModel", "SourceDiagnostics"]),
        room("Linting", ["Manifests", "ResourceModel", "SourceDiagnostics", "YAMLDocuments"]),
        room("Plans", ["ResourceModel"]),
        room("Policies", ["Manifests", "Plans", "ResourceModel", "SourceDiagnostics"]),
        room(
            "LanguageServer",
            ["Linting", "Manifests", "Policies", "ResourceModel", "SourceDiagnostics", "YAMLDocuments"]
        ),
        // The messages of the agent without the agent.
        room(
            "LocalAgent",
            ["ResourceModel"],
            sources: [
                "API/AgentError.swift", "API/AgentEvent.swift", "API/AgentOperation.swift", "API/WireInventory.swift",
                "API/AgentRequest+Ports.swift", "API/WireMeasurements.swift", "API/WireObserved.swift",
                "API/WireOperation.swift", "Sandbox/SandboxRequest.swift", "System/WallClock.swift",
                "Network/AgentMessages.swift", "Records/CanonicalBytes.swift", "Records/InstanceRecord.swift",
                "Records/ObjectRecord.swift",
                "Records/RecordedLabels.swift", "Records/ServiceRecord.swift", "System/SystemError.swift",
            ]
        ),
        // What the driver of a swarm makes of answers, without the client that asks for them.
        room("Drivers", ["ResourceModel"]),
        room(
            "SwarmDriver",
            ["Drivers", "ResourceModel"],
            exclude: ["Translation/ObjectFinding.swift", "Translation/ServiceFinding.swift"],
            sources: [
                "Engine/Base64.swift", "Engine/Client/EngineError.swift", "Engine/Client/EngineVersion.swift",
                "Engine/Registry/ImageReference.swift", "Translation",
            ]
        ),
        .target(
            name: "FuzzLaws",
            dependencies: [
                "Compose", "LanguageServer", "Linting", "LocalAgent", "Manifests", "Plans", "Policies",
                "ResourceModel", "SourceDiagnostics", "SwarmDriver", "YAMLDocuments",
            ],
            path: "Laws",
            swiftSettings: strict
        ),
        // Linked with the fuzzer's own `main`.
        .executableTarget(
            name: "orchplan-fuzz",
            dependencies: ["FuzzLaws"],
            path: "Fuzzer",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
        ),
    ]
)
