/// The architecture's table: which of the package's own targets each target may import.
///
/// Package.swift must declare exactly these, and no file may import more. A new arrow is a decision: change the table in
/// the same commit as ARCHITECTURE.md.
enum Rooms {
    static let allowed: [String: Set<String>] = [
        "CLibYAML": [],
        "CSQLite": [],
        "CSystemCalls": [],
        "SourceDiagnostics": [],
        "ResourceModel": [],
        "YAMLDocuments": ["CLibYAML", "SourceDiagnostics"],
        "Manifests": ["CSystemCalls", "YAMLDocuments", "ResourceModel", "SourceDiagnostics"],
        "Compose": ["Manifests", "YAMLDocuments", "ResourceModel", "SourceDiagnostics"],
        "Linting": ["Manifests", "ResourceModel", "SourceDiagnostics", "YAMLDocuments"],
        "LanguageServer": ["Linting", "Manifests", "Policies", "ResourceModel", "SourceDiagnostics", "YAMLDocuments"],
        "Plans": ["ResourceModel"],
        "Policies": ["Manifests", "Plans", "ResourceModel", "SourceDiagnostics"],
        "Planning": ["Plans", "ResourceModel"],
        "Drivers": ["ResourceModel"],
        "LocalAgent": ["ResourceModel", "CSystemCalls"],
        "LocalDriver": ["Drivers", "ResourceModel", "LocalAgent"],
        "SwarmDriver": ["CSystemCalls", "Drivers", "ResourceModel"],
        "StateStores": ["Plans", "ResourceModel"],
        "StateDatabase": ["StateStores", "Plans", "ResourceModel", "CSQLite", "CSystemCalls"],
        "Applying": ["Plans", "ResourceModel", "Drivers", "StateStores"],
        "Reconciling": ["Planning", "Plans", "Applying", "Drivers", "StateStores", "ResourceModel"],
        "Simulation": ["Applying", "Drivers", "Planning", "Plans", "ResourceModel", "StateStores"],
        "orchplan-sim": ["Simulation"],
        "OrchplanCLI": [
            "Applying", "Compose", "CSystemCalls", "Drivers", "LanguageServer", "Linting", "LocalAgent", "LocalDriver",
            "Manifests", "Planning",
            "Plans", "Policies", "Reconciling", "ResourceModel", "SourceDiagnostics", "StateDatabase", "StateStores",
            "SwarmDriver", "YAMLDocuments",
        ],
        "orchplan": ["OrchplanCLI"],
        "OrchplanTestSupport": [
            "Drivers", "Plans", "ResourceModel", "SourceDiagnostics", "StateStores", "YAMLDocuments",
        ],
    ]
}
