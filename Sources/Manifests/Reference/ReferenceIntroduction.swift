/// The part of the reference that no table knows, written by hand.
enum ReferenceIntroduction {
    static let text = files + values + shortForms + variables + projects + consequences

    private static let files = #"""
        <!-- Generated from the field tables in Sources/Manifests; `RECORD_GOLDEN=1 swift test --filter ManifestsTests`
        writes it anew. -->

        # Manifests

        A manifest declares one resource: a Service, or a Network, Volume, Secret or Config that services use. This is the
        whole format. `orchplan explain service.update.batch` says the same in a terminal, and the JSON Schemas in
        [schemas/](../schemas) tell it to editors.

        ```yaml
        apiVersion: orchplan/v1
        kind: Service
        metadata:
          name: web
          labels: {tier: app}
        spec:
          command: [sh, -c, 'exec /usr/local/bin/web --listen "$$PORT"']
          replicas: 3
          mounts: ["data:/var/lib/web:ro"]
        ---
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: data}
        ```

        ## Files and documents

        Commands read the files and folders that they are given, else those that the project file names, else
        `manifests/`. Of a folder they read all files below it that end with `.yaml` or `.yml`, in the order of their
        names; what starts with a dot and `orchplan.yaml` are left out. A file that is named itself is read whatever its
        ending, `.json` too. `-` is standard input.

        A file holds one or more documents with `---` between them. All files together are one system: neither their
        names nor the order of documents mean anything, and a resource is known by its address, `service/web`. A folder
        without manifests, a file without a document and a file that is found under two paths are errors, never a wish to
        delete everything.

        A name starts with a letter or a digit; letters, digits, `_`, `.` and `-` may follow, 63 bytes at most. Two kinds
        may share a name. Variables are not put into names.

        Paths of files (`file`, `age`, `envFiles`, the source of a bind mount) are relative to the manifest's own folder.
        The content of secrets, configs and environment files must lie inside the project's folder, also after symbolic
        links are followed.
        A file whose content is a secret is the source of nothing else, and nothing that a manifest names (files, mounted
        folders, devices) may be in the project's `.orchplan` or be the recorded state. Of a folder above it that is mounted,
        `.orchplan` is left out; one that holds a state elsewhere is refused.

        """#

    private static let values = #"""

        ## Values and units

        Manifests are YAML 1.2 with the tags of its core schema, anchors, aliases and merge keys (`<<`). JSON is YAML.
        A scalar stays text until its field asks for something else, so `22:22`, `1.20` and `no` mean what they look like.
        Unknown keys and keys that are given twice are errors.

        | Type | Written | Not accepted |
        | --- | --- | --- |
        | true or false | `true`, `false` | `yes`, `on`, `"true"` |
        | integer | `3` | `"3"`, `0x10`, `1_000`, `3.0` |
        | number | `0.25` | `"0.25"`, `.inf` |
        | duration | `10s`, `1m30s`, `1.5s`; units `us`, `ms`, `s`, `m`, `h`, `d`, from large to small | `10` |
        | size | `512MiB`, `1.5GB`; `B`, `KiB` to `TiB` (powers of 1024), `KB` to `TB` (powers of 1000) | `512`, `512m` |
        | processors | `2`, `0.5`, at most nine decimals | `500m` |
        | octal mode | `"0400"`, in quotes | `0400`, `0o400` |
        | share | `25%`, of the service's instances, rounded down, at least one | `0.25` |
        | port | `80`; a range, `8080-8090`, where one is allowed | `0`, `70000` |

        A field with a key and no value (`replicas:`) is an error, except where null means something: a variable in
        `environment`, and everything in an [overlay](#overlays).

        ### Size limits

        | What | At most |
        | --- | --- |
        | a file | 64 MiB; the project file 1 MiB |
        | lists and maps in each other | 64 |
        | nodes that the aliases and merge keys of a document stand for | 100,000 |
        | keys of a map | 10,000 |
        | a key | 1 KiB |
        | a scalar | 1 MiB |
        | the content of a secret | 500 KiB |
        | the content of a config | 1000 KiB |
        | a file of environment variables | 1 MiB |

        Each limit has an error of its own and is checked while reading, so aliases never unfold into more.

        """#

    private static let shortForms = #"""

        ## Short forms

        Field names and short forms are those of the Compose specification where it has the concept.

        | Field | Short | Means |
        | --- | --- | --- |
        | `command`, `entrypoint`, a probe's `command` | `nginx -g 'daemon off;'` | the words as a POSIX shell splits them; nothing is expanded and no shell runs |
        | `environment` | `[LOG_LEVEL=info, HOME]` | a map; a key without `=` is passed through |
        | `environment.NAME` | null | passed through: the value that the variable has for whoever compiles |
        | `environment.NAME` | `{secret: NAME}`, `{config: NAME}` | the content as the value |
        | `labels` and other maps of text | `[team=shop]` | a map; a key without `=` is empty |
        | `envFiles` | `web.env` | a list of one |
        | `ports[]` | `80`, `8080:80`, `127.0.0.1:8080:80/udp`, `[::1]:8080:80` | `[[HOSTIP:]PUBLISHED:]TARGET[/PROTOCOL]`; ranges of the same length on both sides stand for one port each |
        | `networks[]`, `secrets[]`, `configs[]` | `front` | the record with this name |
        | `mounts[]` | `data:/var/lib/data:ro` | `[SOURCE:]TARGET[:OPTIONS]`; a source with `/` or `.` in front is a bind; options are `ro`, `rw`, `z`, `Z`, `nocopy` |
        | `dependsOn[]` | `db` | `{service: db, condition: healthy}` |
        | `ulimits.NAME` | `1024` | the soft and the hard limit |
        | a probe's `port` | `http` | the port of this name |
        | `driver` in the project file | `local` | `{name: local}` |

        Without a `target` a secret is the file `/run/secrets/NAME` and a config the file `/NAME`; a relative `target` counts
        from there.

        Lines of `envFiles` are `KEY=VALUE`: blank lines and those that start with `#` are skipped, `export` may stand in
        front, ` #` ends a value without quotes, a value in single quotes is taken as it is, and in double quotes `\n`,
        `\t`, `\"`, `\\` and `\$` are known. Nothing is interpolated. Later files win over earlier ones, and `environment`
        wins over all files.

        """#

    private static let variables = #"""

        ## Variables

        | Written | Becomes |
        | --- | --- |
        | `$NAME`, `${NAME}` | the value; an error where it is not set |
        | `${NAME-word}`, `${NAME:-word}` | the value, or `word` where it is not set; with a colon also where it is empty |
        | `${NAME?message}`, `${NAME:?message}` | the value, or an error with the message, likewise |
        | `${NAME+word}`, `${NAME:+word}` | `word` where it is set, else nothing; with a colon also nothing where it is empty |
        | `$$` | a dollar sign, such as for a variable of the instance: `$$PORT` |

        `command` runs without a shell, so a variable of the instance is expanded only by one that the command names:
        `[sh, -c, 'exec web --listen "$$PORT"']`. Instances of the local driver have `PORT` (the port to listen on for the
        first of `ports`), `PORT_<target>` and `PORT_<NAME>` for each, `ORCHPLAN_SERVICE`, `ORCHPLAN_INSTANCE` and
        `ORCHPLAN_SLOT`.

        A `word` may hold variables itself. Values are put into scalars after YAML was read and before the field asks for a
        type, so a value can never add structure, and `replicas: ${REPLICAS}` is a number. Nothing is put into keys,
        `metadata.name`, the sources of secrets, the insides of files that manifests name, and the project file. Text
        in double braces, `{{.Node.Hostname}}`, is left as it is; in YAML it needs quotes.

        The first that has a variable wins: `--var NAME=VALUE`, the environment of the command, `variables` of the chosen
        environment in the project file, `variables` of the project file. A variable that is the source of a Secret cannot
        be put into other text.

        """#

    private static let projects = #"""

        ## Project and environments

        `orchplan.yaml`, found in the working folder or above it, says what belongs together. It is optional, and its
        folder is the project's. Flags win over `ORCHPLAN_*` variables, these over the chosen environment, that over the
        rest of the file; but of [policies](policy.md#where-it-comes-from) all hold. Its fields stand
        [below](#project-file).

        ```yaml
        project: shop
        manifests: [manifests]
        variables: {REPLICAS: "1"}
        environments:
          production:                       # orchplan plan --env production
            variables: {REPLICAS: "3"}
            overlays: [overlays/production]
        lint:
          rules:                            # by name or code: off, info, warning or error, or options as well
            image-tag: error
            slow-detection: {severity: warning, after: 10m}
        ```

        An environment is a system of its own beside the others: it has a recorded state
        (`.orchplan/environments/NAME/state.db`, unless it names a `state`), on the local driver an agent and volumes
        (`.orchplan/environments/NAME/local`), and it owns its objects as `PROJECT@NAME`. Published ports are the
        machine's; give each environment its own, `published: ${HTTP_PORT}`.

        ### Overlays

        An overlay is a partial manifest: `apiVersion`, `kind` and `metadata.name` say which resource it belongs to, the
        rest is laid over that resource before anything is checked. Overlays are laid on in the order of the list.

        - Records and maps are merged, key by key.
        - Lists of named things are merged by name: `networks`, `secrets`, `configs` and `dependsOn`; `ports` by name, else
          by target and protocol; `mounts` by target; `ipam.subnets` by subnet. What is new comes last.
        - Everything else takes the place of what was there, other lists too.
        - `null` removes an entry of a map, and puts a field back to its default.

        A resource that only an overlay declares stands for itself.

        """#

    private static let consequences = #"""

        ## What a change does

        The column "A change" of the tables says what becomes of running things when a field changes:

        - **rolls**: instances are replaced, batch by batch as `update` says.
        - **in place**: the resource changes around its instances, and none that stays is touched.
        - **recorded**: only how orchplan plans from now on.
        - **replaces**: the old object goes and a new one is made. A protected resource is refused this.

        Another content of a Secret or Config is a new object beside the old one; the services that use it roll, and the
        old object goes when nothing uses it any more. A field of a record does what the field that holds it does, except
        in `ports`, where `published`, `mode` and `hostIP` change in place.

        Not every driver can honour every field. What the project's driver ignores is a warning at the field's line, with
        the reason.

        """#
}
