import Plans
import ResourceModel

/// The cases of `FindingTests`.
enum FindingCases {
    static let all = ports + rollouts + places + others

    /// `web` with a new image and these changes: a rollout of all its instances.
    static func rolled(_ scene: inout Scene, _ change: (inout ServiceSpec) -> Void) {
        scene.edit("web") {
            $0.image = "registry.example/web:2"
            change(&$0)
        }
    }

    static func port(_ published: ClosedRange<Int>, _ mode: PublishMode = .ingress, _ hostIP: String? = nil) -> PortSpec
    {
        var port = PortSpec()
        port.target = 80
        port.published = PortRange(published.lowerBound, published.upperBound)
        port.mode = mode
        port.hostIP = hostIP
        return port
    }

    private static let ports = [
        FindingCase(
            code: "OP3002",
            name: "start-first on a host port",
            text:
                "error service/web: service/web starts new instances first, but host port 8080 is held by the old ones | set 'update.order: stopFirst', or publish the port with 'mode: ingress'",
            fires: {
                rolled(&$0) {
                    $0.ports = [port(8080...8080, .host)]
                    $0.update = UpdatePolicy()
                    $0.update?.order = .startFirst
                }
            },
            near: { $0.edit("web") { $0.update?.order = .stopFirst } }
        ),
        FindingCase(
            code: "OP3005",
            name: "a port that a stranger holds",
            text:
                "error service/web: service/web publishes port 8081/tcp, which is held by nginx (pid 42) | stop what holds it, or publish another port",
            fires: {
                $0.edit("web") { $0.ports = [port(8080...8082, .host, "127.0.0.1")] }
                $0.inventory.occupiedPorts = [
                    OccupiedPort(port: 8081, transport: .tcp, address: "0.0.0.0", holder: "nginx (pid 42)")
                ]
            },
            near: { $0.inventory.occupiedPorts[0].address = "127.0.0.2" }
        ),
        FindingCase(
            code: "OP3007",
            name: "a port that is given up too late",
            text:
                "error service/new: service/new publishes port 8080/tcp, which service/old holds until it is deleted later in this plan | delete it first with 'orchplan apply --target service/old', or publish another port",
            fires: {
                $0.declared.append(Make.service("old") { $0.ports = [port(8080...8080)] })
                $0 = $0.applied()
                $0.remove(.init(.service, "old"))
                $0.declared.append(Make.service("new") { $0.ports = [port(8080...8080)] })
            },
            near: { $0.edit("new") { $0.ports[0].transport = .udp } }
        ),
        FindingCase(
            code: "OP3010",
            name: "more instances than nodes for a host port",
            text:
                "error service/web: 4 instances of service/web want host port 8080, and 3 nodes have it to give | use 'mode: ingress', fewer replicas, or 'mode: global' for the service",
            fires: {
                $0.edit("web") {
                    $0.ports = [port(8080...8080, .host)]
                    $0.replicas = 4
                }
            },
            near: { $0.edit("web") { $0.replicas = 3 } }
        ),
        FindingCase(
            code: "OP3010",
            name: "a host port on the one node that constraints leave",
            text:
                "error service/web: 2 instances of service/web want host port 8080, and 1 node has it to give | use 'mode: ingress', fewer replicas, or 'mode: global' for the service",
            fires: {
                $0.edit("web") {
                    $0.ports = [port(8080...8080, .host)]
                    $0.placement = place("node.role == manager")
                    $0.replicas = 2
                }
            },
            near: { $0.edit("web") { $0.placement = place("node.role == worker") } }
        ),
        FindingCase(
            code: "OP3014",
            name: "a port below the lowest that may be listened on",
            text:
                "error service/web: service/web publishes port 1023/tcp, which only root may listen on | set its `published` to 1024 or more, or let everybody have the port: sysctl net.ipv4.ip_unprivileged_port_start=1023",
            fires: {
                $0.capabilities.lowestPort = 1024
                $0.edit("web") {
                    $0.ports = [port(1023...1023)]
                    $0.ports[0].target = 8080
                }
            },
            near: { $0.edit("web") { $0.ports[0].published = PortRange(1024, 1024) } }
        ),
    ]

    static func place(_ constraints: String..., mostPerNode: Int? = nil) -> Placement {
        var placement = Placement()
        placement.constraints = constraints
        placement.maxPerNode = mostPerNode
        return placement
    }

    static func generated(rotation: Int) -> Resource {
        var spec = SecretSpec()
        spec.source = .generate(length: 32, charset: "abc", rotation: rotation)
        return Resource(address: ResourceAddress(.secret, "made"), spec: .secret(spec))
    }

    private static let rollouts = [
        FindingCase(
            code: "OP3109",
            name: "a secret that nobody can read",
            text:
                "warning secret/made: secret/made cannot be read and is taken as unchanged: no identity is given | plan where it can be read to see whether its content changed; until then it stays as it is",
            fires: {
                $0.declared.append(generated(rotation: 0))
                $0 = $0.applied()
                $0.unread = ["made": "no identity is given"]
            },
            near: {
                $0.edit("web") { $0.image = "registry.example/web:2" }
                $0.options.targets = [ResourceAddress(.service, "web")]
            }
        ),
        FindingCase(
            code: "OP3017",
            name: "one whose object is gone",
            text:
                "warning secret/made: secret/made gets new random characters; those that it had before are gone | tell what remembers the old ones, such as a database that keeps its password in a volume",
            fires: {
                $0.declared.append(generated(rotation: 0))
                $0 = $0.applied()
                $0.inventory.objects = []
            },
            // Nothing was ever recorded of it.
            near: { $0.recorded.resources.removeAll { $0.address.name == "made" } }
        ),
        FindingCase(
            code: "OP3019",
            name: "a generated secret of a record that was lost with its key",
            text:
                "warning secret/made: secret/made keeps the characters that are there; no record tells how they were made | to have new ones made after this apply, change its 'rotation'",
            fires: {
                $0.declared.append(generated(rotation: 0))
                $0.edit("web") { $0.secrets = [FileReference(source: "made")] }
                $0 = $0.applied()
                $0.recorded.resources = []
                $0.recorded.key = ProjectKey(bytes: [UInt8](repeating: 8, count: 32))
            },
            // With the key it is known: this is how it was made.
            near: { $0.recorded.key = Scene.key }
        ),
        FindingCase(
            code: "OP3020",
            name: "a generated secret whose rotation was interrupted, and the record lost with its key",
            text:
                "warning secret/made: secret/made has other characters in made-zzz, which no record knows of; it is left alone, and made-1 is used | look which of them is in use before what has them is replaced; they go with secret/made when that is destroyed",
            fires: {
                $0.declared.append(generated(rotation: 0))
                $0.edit("web") { $0.secrets = [FileReference(source: "made")] }
                $0 = $0.applied()
                $0.rename("made", to: "made-1", by: $0.inventory.services[0].labels.operation)
                $0.duplicate("made-1", as: "made-zzz", by: "0123456789ab-1-1")
                $0.recorded.resources = []
                $0.recorded.key = ProjectKey(bytes: [UInt8](repeating: 8, count: 32))
            },
            // What an apply of this record left is taken away.
            near: { $0.recorded.latestPlans = ["0123456789ab": 1] }
        ),
        FindingCase(
            code: "OP3017",
            name: "a rotation, which nobody can take back",
            text:
                "warning secret/made: secret/made gets new random characters; those that it had before are gone | tell what remembers the old ones, such as a database that keeps its password in a volume",
            fires: {
                $0.declared.append(generated(rotation: 0))
                $0.edit("web") { $0.secrets = [FileReference(source: "made")] }
                $0 = $0.applied()
                $0.declared.removeAll { $0.address.name == "made" }
                $0.declared.append(generated(rotation: 1))
            },
            near: {
                $0.declared.removeAll { $0.address.name == "made" }
                $0.declared.append(generated(rotation: 0))
                $0.edit("web") { $0.image = "registry.example/web:2" }
            }
        ),
        FindingCase(
            code: "OP3016",
            name: "what a new service waits for is down, and nothing mends it",
            text:
                "error service/late: service/late needs service/web to be healthy, and none of its instances is | mend service/web first, or write 'condition: started' under 'dependsOn'",
            fires: {
                $0.live("web") { web in
                    for index in web.instances.indices { web.instances[index].isHealthy = false }
                }
                $0.declared.append(Make.service("late", needs: ["web"]))
            },
            near: { $0.live("web") { $0.instances[0].isHealthy = true } }
        ),
        FindingCase(
            code: "OP3004",
            name: "a rollback that nothing would cause",
            text:
                "warning service/web: service/web rolls back on failure, but has no probe that would notice one | add a 'healthcheck' or 'readiness'; without one only an exit counts as a failure",
            fires: {
                rolled(&$0) {
                    $0.update = UpdatePolicy()
                    $0.update?.onFailure = .rollback
                }
            },
            near: { $0.edit("web") { $0.readiness = HealthCheck() } }
        ),
        FindingCase(
            code: "OP3009",
            name: "a watch that is over before the check can fail",
            text:
                "warning service/web: service/web is watched for 29s after each batch, but its health check takes 30s to fail | set 'update.monitor: 30s', or a shorter 'healthcheck.interval'",
            fires: {
                rolled(&$0) {
                    $0.healthcheck = HealthCheck()
                    $0.healthcheck?.interval = .seconds(10)
                    $0.update = UpdatePolicy()
                    $0.update?.monitor = .seconds(29)
                }
            },
            near: { $0.edit("web") { $0.update?.monitor = .seconds(30) } }
        ),
        FindingCase(
            code: "OP3013",
            name: "a job that ran",
            text: "note service/job: the job service/job runs again | make sure that running it twice does no harm",
            fires: {
                $0.declared.append(Make.service("job") { $0.mode = .replicatedJob })
                $0 = $0.applied()
                $0.edit("job") { $0.workingDir = "/b" }
            },
            // More instances of a job run for the first time.
            near: {
                $0.edit("job") {
                    $0.workingDir = nil
                    $0.replicas = 2
                }
            }
        ),
    ]
}
