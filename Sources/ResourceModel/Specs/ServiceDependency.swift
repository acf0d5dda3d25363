/// A service that must have got somewhere before this one is touched.
package struct ServiceDependency: Sendable, Hashable {
    package var service = ""
    package var condition = DependencyCondition.healthy

    package init() {}

    package init(service: String, condition: DependencyCondition) {
        self.service = service
        self.condition = condition
    }
}

extension ServiceDependency: CanonicalRecord {
    package static let fields: [CanonicalField<ServiceDependency>] = [
        .init("service", \.service), .init("condition", \.condition),
    ]
}

/// How far a dependency must have got.
package enum DependencyCondition: String, CanonicalEnum {
    case started
    case healthy
    case completed
}
