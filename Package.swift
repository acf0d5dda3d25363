// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
]

/// One room of the architecture: a library target whose imports are the ones named here and no others.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests beside a room.
///
/// Golden files and other `data` lie beside them and are read through the path of the source.
func tests(_ room: String, _ dependencies: [Target.Dependency] = [], data: [String] = []) -> Target {
    .testTarget(
        name: room + "Tests",
        dependencies: [.init(stringLiteral: room), "OrchplanTestSupport"] + dependencies,
        exclude: data,
        swiftSettings: strict
    )
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let httpClient: [Target.Dependency] = [
    .product(name: "AsyncHTTPClient", package: "async-http-client"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let package = Package(
    name: "orchplan",
    products: [
        .executable(name: "orchplan", targets: ["orchplan"]),
        .executable(name: "orchplan-sim", targets: ["orchplan-sim"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // libyaml, as the system has it. Never beside Yams: its bundled copy defines the same symbols and wins.
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        // SQLite, as the system has it: a thin module is ten times faster here than a record mapper on top.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // The few system calls that Swift's C library overlay does not export: pidfd, prctl, statfs.
        .target(name: "CSystemCalls"),

        // Bytes -> text with positions -> what is wrong with it.
        room("SourceDiagnostics"),
        // What a manifest means: addresses, specs, units, the graph, inventories, fingerprints, capabilities.
        room("ResourceModel", [crypto]),
        // libyaml events -> nodes with marks; every limit is checked as the events arrive.
        room("YAMLDocuments", ["CLibYAML", "SourceDiagnostics"]),
        // Project file, field tables, decoding, interpolation, overlays, lowering to the graph, JSON Schema.
        room("Manifests", ["CSystemCalls", "YAMLDocuments", "ResourceModel", "SourceDiagnostics"]),
        // Compose files -> manifests: what a Docker Swarm team has already, as files that are kept from then on.
        room("Compose", ["Manifests", "YAMLDocuments", "ResourceModel", "SourceDiagnostics"]),
        // Rules over a compiled manifest, their registry and their suppressions.
        room("Linting", ["Manifests", "ResourceModel", "SourceDiagnostics", "YAMLDocuments"]),
        // The language server: messages in, messages out; and its thin edge.
        room(
            "LanguageServer",
            ["Linting", "Manifests", "Policies", "ResourceModel", "SourceDiagnostics", "YAMLDocuments"]
        ),
        // The plan as a plain value, its file format and the checker that lints plans. Apart from Planning, so that
        // Applying can never plan again.
        room("Plans", ["ResourceModel"]),
        // What may be applied at all: policies, held against what is declared and planned.
        room("Policies", ["Manifests", "Plans", "ResourceModel", "SourceDiagnostics"]),
        // The pure function: diff, ordering, batches, rollouts, forecast.
        room("Planning", ["Plans", "ResourceModel"]),
        // The two driver protocols and the simulated driver.
        room("Drivers", ["ResourceModel"]),
        // The driver of one machine: a client of the agent.
        room("LocalDriver", ["Drivers", "ResourceModel", "LocalAgent"] + nio),
        // The node agent that keeps local instances alive.
        room("LocalAgent", ["ResourceModel", "CSystemCalls"] + nio),
        // The driver of Docker Swarm: a client of the engine's API, and what manifests mean to it.
        room("SwarmDriver", ["CSystemCalls", "Drivers", "ResourceModel", crypto] + httpClient + nio),
        // The state store protocol and its memory implementation.
        room("StateStores", ["Plans", "ResourceModel"]),
        // The embedded SQLite store and its migrations.
        room("StateDatabase", ["StateStores", "Plans", "ResourceModel", "CSQLite", "CSystemCalls"]),
        // The apply machine (event in, effects out) and its thin runner.
        room("Applying", ["Plans", "ResourceModel", "Drivers", "StateStores"]),
        // The loop that keeps a system as declared: the reconcile machine, the autoscaler, and their thin runner.
        room("Reconciling", ["Planning", "Plans", "Applying", "Drivers", "StateStores", "ResourceModel"]),
        // Everything that decides, in one thread under one seed, with whatever can go wrong; and what must never happen.
        room(
            "Simulation",
            ["Applying", "Drivers", "Planning", "Plans", "ResourceModel", "StateStores"]
        ),
        .executableTarget(
            name: "orchplan-sim",
            dependencies: ["Simulation", argumentParser],
            swiftSettings: strict
        ),
        // Commands, views, wiring.
        room(
            "OrchplanCLI",
            [
                "Applying", "Compose", "CSystemCalls", "Drivers", "LanguageServer", "Linting", "LocalAgent",
                "LocalDriver",
                "Manifests", "Planning",
                "Plans", "Policies", "Reconciling", "ResourceModel", "SourceDiagnostics", "StateDatabase",
                "StateStores",
                "SwarmDriver", "YAMLDocuments", argumentParser,
            ] + nio
        ),
        .executableTarget(name: "orchplan", dependencies: ["OrchplanCLI"], swiftSettings: strict),

        // Marked YAML, snapshots, conformance suites, seeded faults.
        .target(
            name: "OrchplanTestSupport",
            dependencies: [
                "Drivers", "Plans", "ResourceModel", "SourceDiagnostics", "StateStores", "YAMLDocuments",
            ],
            swiftSettings: strict
        ),

        tests("SourceDiagnostics", data: ["Golden"]),
        tests("ResourceModel"),
        tests("YAMLDocuments", ["SourceDiagnostics"]),
        tests("Manifests", ["YAMLDocuments", "ResourceModel", "SourceDiagnostics"], data: ["BadInput"]),
        tests(
            "Compose",
            ["Linting", "Manifests", "ResourceModel", "SourceDiagnostics", "SwarmDriver", "YAMLDocuments"],
            data: ["Golden", "Inputs"]
        ),
        tests("Linting", ["Manifests", "ResourceModel", "SourceDiagnostics"], data: ["Golden"]),
        tests("LanguageServer", ["Manifests", "ResourceModel", "SourceDiagnostics"], data: ["Golden"]),
        tests("Plans", ["ResourceModel"]),
        tests("Policies", ["Manifests", "Plans", "ResourceModel", "SourceDiagnostics"]),
        tests("Planning", ["Plans", "ResourceModel"]),
        tests("Drivers", ["ResourceModel"]),
        tests("LocalAgent", ["ResourceModel", "CSystemCalls"] + nio),
        tests("LocalDriver", ["Drivers", "LocalAgent", "ResourceModel"]),
        tests("SwarmDriver", ["Drivers", "ResourceModel"] + httpClient + nio, data: ["Translation/Golden"]),
        tests("StateStores", ["Plans", "ResourceModel"]),
        tests("StateDatabase", ["StateStores", "Plans", "ResourceModel"]),
        tests("Applying", ["Plans", "Planning", "ResourceModel", "Drivers", "StateStores"]),
        tests("Reconciling", ["Applying", "Drivers", "Planning", "Plans", "ResourceModel", "StateStores"]),
        tests(
            "OrchplanCLI",
            [
                "Applying", "Compose", "Drivers", "Linting", "Manifests", "Plans", "Reconciling", "ResourceModel",
                "SourceDiagnostics", "StateStores", "SwarmDriver",
            ],
            data: ["Golden"]
        ),
        tests(
            "Simulation",
            [
                "Applying", "Drivers", "Planning", "Plans", "ResourceModel", "StateDatabase", "StateStores",
                "orchplan-sim",
            ]
        ),
        // What holds for every reader whatever it is given: kept by the tests here, searched by Tests/Fuzzing.
        .target(
            name: "FuzzLaws",
            dependencies: [
                "Compose", "LanguageServer", "Linting", "LocalAgent", "Manifests", "Plans", "Policies",
                "ResourceModel", "SourceDiagnostics", "SwarmDriver", "YAMLDocuments",
            ],
            path: "Tests/Fuzzing/Laws",
            swiftSettings: strict
        ),
        .testTarget(name: "FuzzLawsTests", dependencies: ["FuzzLaws"], swiftSettings: strict),
        // The rules that no compiler flag enforces: imports, file sizes, words.
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        // The built binary on real processes.
        .testTarget(name: "EndToEndTests", dependencies: ["OrchplanTestSupport"], swiftSettings: strict),
    ]
)
