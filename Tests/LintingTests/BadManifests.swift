/// Manifests with one fault each, by what is wrong.
enum BadManifests {
    static let all: [(name: String, text: String)] = [
        ("mistyped field", service("{image: 'a:1', replcias: 3}")),
        ("mistyped field in quotes", service("{image: 'a:1', \"replcias\": 3}")),
        ("mistyped field beside the right one", service("{image: 'a:1', replcias: 3, replicas: 3}")),
        ("field of another tool", service("{image: 'a:1', read_only: true}")),
        ("field of another tool with another form", service("{image: 'a:1', env_file: [a.env], depends_on: {}}")),
        ("word of an enumeration", service("{image: 'a:1', update: {order: start-first}}")),
        ("word for a bool", service("{image: 'a:1', init: yes}")),
        ("bool in quotes", service("{image: 'a:1', init: 'false'}")),
        ("number in quotes", service("{image: 'a:1', replicas: \"3\"}")),
        ("batch in quotes", service("{image: 'a:1', update: {batch: '2'}}")),
        ("number with separators", service("{image: 'a:1', replicas: 1_0}")),
        ("duration in words", service("{image: 'a:1', stopGracePeriod: 1 min 30 secs}")),
        ("duration without a unit", service("{image: 'a:1', stopGracePeriod: 30}")),
        ("size in another spelling", service("{image: 'a:1', shmSize: 64 mib}")),
        ("size without a unit", service("{image: 'a:1', shmSize: 64}")),
        ("thousandths of a processor", service("{image: 'a:1', resources: {limits: {cpus: 500m}}}")),
        ("mode without quotes", secret("0400")),
        ("mode as a decimal number", secret("400")),
        ("mode of YAML 1.2", secret("0o400")),
        ("text for a list", service("{image: 'a:1', capDrop: ALL}")),
        ("word for a map", service("{image: 'a:1', restart: always}")),
        ("key without a value", service("\n  image: a:1\n  init:\n  replicas: 2")),
        ("item given twice", service("{image: 'a:1', dependsOn: [back, back]}") + other("back")),
        ("name of a service", service("{image: 'a:1', dependsOn: [databse]}") + other("database")),
        (
            "name of a port",
            service("{image: 'a:1', ports: [{name: http, target: 80}], healthcheck: {http: {port: htpt}}}")
        ),
        (
            "two items at one place",
            service("{image: 'a:1', configs: [{source: c, target: /a}, {source: d, target: /a}]}")
        ),
        (
            "words of Compose",
            service("{image: 'a:1', pullPolicy: IfNotPresent, dependsOn: [{service: b, condition: service_healthy}]}")
                + other("b")
        ),
        ("signal in small letters", service("{image: 'a:1', stopSignal: sigterm}")),
        ("memory by another name", service("{image: 'a:1', resources: {limits: {mem: 1GiB}}}")),
        ("constraint", service("{image: 'a:1', placement: {constraints: [node.rol == manager, node.labels.z = a]}}")),
        ("one fault by two aliases", service("\n  image: a:1\n  update: &u {batch: 0.25}\n  rollback: *u")),
        ("name of a signal", service("{image: 'a:1', stopSignal: SIGTRM}")),
        ("signal out of range", service("{image: 'a:1', stopSignal: SIGRTMIN+40}")),
        ("ignored field", service("{image: 'a:1', ignoreChanges: [replcas]}")),
        ("dollar sign", service("{image: 'a:1', environment: {PRICE: '5$ each'}}")),
        ("kind", "apiVersion: orchplan/v1\nkind: service\nmetadata: {name: web}\nspec: {image: 'a:1'}\n"),
        ("version", "apiVersion: orchplan/v2\nkind: Service\nmetadata: {name: web}\nspec: {image: 'a:1'}\n"),
        ("tabs as indentation", service("\n\timage: a:1\n\tupdate:\n\t\tbatch: 2")),
        ("tab behind a colon", service("\n  image: a:1\n  replicas:\t\t\"2\"")),
        ("value with a reserved letter", service("\n  image: a:1\n  user: @me")),
        ("template", service("\n  image: a:1\n  hostname: {{.Node.Hostname}}")),
        ("template inside brackets", service("\n  image: a:1\n  labels: {b: {{.N}}-x, c: d}")),
        ("templates inside brackets", service("\n  image: a:1\n  environment: {A: {{.Node}}, B: '{{.N}}-{{.M}}'}")),
        ("values with reserved letters inside brackets", service("{image: 'a:1', command: [a, @x, `y, z], user: %u}")),
        ("several faults of the syntax", service("\n  user: @x\n  hostname: a: b\n  replcas: 3\n  image: a:1")),
        ("variable inside brackets", service("{image: ${IMAGE:-a:1}}")),
        ("value from a variable", service("{image: 'a:1', replicas: '${N:-two}', init: '${YES:-yes}'}")),
        ("value from an alias", service("\n  image: a:1\n  labels: {a: &yes yes}\n  init: *yes")),
        ("block of text", service("\n  image: a:1\n  init: |\n    yes")),
        ("unknown rule in a comment", service("{image: a} # orchplan: ignore=imge-tag it is a sample")),
        ("comment that silences nothing", service("{image: 'a:1'} # orchplan: ignore=image-tag,privileged why not")),
    ]

    private static func secret(_ mode: String) -> String {
        service("{image: 'a:1', secrets: [{source: s, mode: \(mode)}]}")
            + "---\napiVersion: orchplan/v1\nkind: Secret\nmetadata: {name: s}\nspec: {external: true}\n"
    }

    private static func other(_ name: String) -> String {
        "---\napiVersion: orchplan/v1\nkind: Service\nmetadata: {name: \(name)}\nspec: {image: 'b:1', healthcheck: {tcp: {port: 1}}}\n"
    }
}
