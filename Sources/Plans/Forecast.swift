import ResourceModel

/// What a simulation of the plan says about how it will go when nothing fails.
package struct Forecast: Sendable, Hashable {
    package var services: [ServiceForecast]
    /// How long the whole apply takes at least: pauses and watches of its rollouts, starts not counted.
    package var minimumDuration: Duration

    package init(services: [ServiceForecast] = [], minimumDuration: Duration = .zero) {
        self.services = services
        self.minimumDuration = minimumDuration
    }
}

/// The forecast of one service's rollout.
package struct ServiceForecast: Sendable, Hashable {
    package var address: ResourceAddress
    /// Healthy instances before the first step.
    package var healthyBefore: Int
    /// The fewest healthy instances at any moment.
    package var fewestHealthy: Int
    package var desired: Int
    package var minimumDuration: Duration

    package init(
        address: ResourceAddress,
        healthyBefore: Int,
        fewestHealthy: Int,
        desired: Int,
        minimumDuration: Duration
    ) {
        self.address = address
        self.healthyBefore = healthyBefore
        self.fewestHealthy = fewestHealthy
        self.desired = desired
        self.minimumDuration = minimumDuration
    }
}
