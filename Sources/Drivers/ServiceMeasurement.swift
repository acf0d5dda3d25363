import ResourceModel

/// What the instances of a service use at one moment.
package struct ServiceMeasurement: Sendable, Hashable {
    package var service: String
    /// In the order of their slots; an instance that does not run at the moment is listed with nothing in use.
    package var instances: [InstanceMeasurement]

    package init(service: String, instances: [InstanceMeasurement]) {
        self.service = service
        self.instances = instances
    }
}

/// What one instance uses.
package struct InstanceMeasurement: Sendable, Hashable {
    package var id: String
    /// Processor time used since the instance was created, its restarts included.
    ///
    /// A counter: a load is the difference of two readings over the time between them. One that is smaller than the
    /// reading before has begun anew, as it does when whoever counts was started again.
    package var cpuTime: Duration
    /// Memory in use now; pages that several of its processes share may count more than once.
    package var memory: ByteCount
    /// Connections, for UDP flows, that are open through the service's load balancer.
    package var connections: Int
    package var restarts: Int
    /// Why nothing is known of what it uses, and will not be by looking again: lowercase, for people; the figures then
    /// mean nothing.
    package var obstacle: String?

    package init(
        id: String,
        cpuTime: Duration = .zero,
        memory: ByteCount = ByteCount(bytes: 0),
        connections: Int = 0,
        restarts: Int = 0,
        obstacle: String? = nil
    ) {
        self.id = id
        self.cpuTime = cpuTime
        self.memory = memory
        self.connections = connections
        self.restarts = restarts
        self.obstacle = obstacle
    }
}
