/// Ports by which a service is known, of the registry of the Internet Assigned Numbers Authority and of the programs'
/// own documentation.
enum WellKnownPort {
    /// What listens there keeps data, or commands a machine, and often asks for no password.
    static let data: [Int: String] = [
        1433: "SQL Server", 1521: "Oracle", 2375: "an engine without TLS", 2379: "etcd", 3306: "MySQL",
        5432: "PostgreSQL",
        5672: "RabbitMQ", 5984: "CouchDB", 6379: "Redis", 8086: "InfluxDB", 9042: "Cassandra", 9092: "Kafka",
        9200: "Elasticsearch", 11211: "memcached", 27017: "MongoDB",
    ]
}
