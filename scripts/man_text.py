"""What stands in the man page and no command can say of itself: see make-man.py.

In these texts B(x) is bold and I(x) italic.
"""

# Beyond the help's one line: what one wants to know when reading the page.
MORE = {
    "directory": "Manifests, B(--state) and B(--policy) of the command line start there; other files (B(--out), a saved plan, "
                 "a backup, reports) start at the working folder.",
    "var": "Variables of B(--var) win over the environment, and this over those of the project file.",
    "batch": "A thing is an instance that is replaced, or a resource that is made, changed or removed.",
    "progress": "B(auto) is B(live) on a terminal and B(plain) elsewhere; B(ndjson) prints events on standard output.",
    "timeout": "Progress starts the time anew.",
}

DESCRIPTION = [
    "B(orchplan) compares services, networks, volumes, secrets and configs that are declared in YAML manifests with what "
    "it recorded and with what runs, shows what would change and why, and makes the changes in ordered batches: each "
    "batch is healthy before the next one starts, and a new version that fails goes back to what was, where its manifest "
    "says so.",
    "The B(local) driver runs services as sandboxed processes of this machine, with health checks, restarts, names, load "
    "balancing and rolling updates. It needs neither a container engine nor root. The B(simulated) driver is a cluster "
    "of three nodes in memory, to try plans on.",
    "Results go to standard output, progress and diagnostics to standard error.",
]

STATUS = [
    ("B(apply), B(destroy), B(rollback)", [
        ("0", "Converged: everything is as the plan says."),
        ("1", "An error. What was done is recorded."),
        ("3", "The saved plan is stale: it was applied before or has expired, or something that it relies on has moved."),
        ("4", "Somebody else holds the lock."),
        ("5", "A rollout failed and was rolled back."),
        ("6", "A rollout is paused, or no progress was made in time."),
        ("130", "Interrupted. After one interrupt what was in flight was finished and recorded; after a second it was "
                "left as it was: services may lack instances until the next apply, which goes on."),
    ]),
    ("B(reconcile)", [
        ("0", "Ended by a signal; with B(--once) everything is as declared."),
        ("1", "An error."),
        ("2", "With B(--once): differences remain."),
        ("4", "Another loop looks after the project; with B(--once) somebody else holds the lock."),
        ("5, 6, 130", "With B(--once): as for B(apply)."),
    ]),
    ("B(import)", [("0", "Everything that can be was imported, or nothing was there to import."),
                   ("1", "An error, or something that cannot be imported as it is declared: nothing was changed."),
                   ("4", "Somebody else holds the lock.")]),
    ("B(plan)", [("0", "A plan was made."), ("1", "An error, or a plan that cannot be applied."),
                 ("2", "With B(--detailed-exitcode): there is something to do, or a secret cannot be read.")]),
    ("B(diff)", [("0", "Nothing differs."), ("1", "Something differs."), ("2", "It could not be told; also when nothing else differs and a secret cannot be read.")]),
    ("B(lint)", [("0", "Clean. Warnings and notes are clean without B(--strict) and B(--fail-on)."),
                 ("1", "Findings; a file that cannot be read is one."),
                 ("2", "It could not run, or a report could not be written.")]),
    ("B(fmt)", [("0", "Laid out, or nothing to change."), ("1", "With B(--check): some files would change."),
                ("2", "Some file could not be laid out; the others are.")]),
    ("Other commands", [("0", "Done."), ("1", "An error.")]),
    ("All commands", [("64", "Wrong usage, or approval is needed and there is no terminal to ask on.")]),
]

ENVIRONMENT = [
    ("ORCHPLAN_ENVIRONMENT", "The environment of the project file to use, as B(--env)."),
    ("ORCHPLAN_PROJECT", "The name of the project, before the one of the project file."),
    ("ORCHPLAN_DRIVER", "The driver, as B(--driver)."),
    ("ORCHPLAN_STATE", "Where the recorded state lies, as B(--state)."),
    ("ORCHPLAN_AGE_IDENTITY", "The identity file that secrets in the age format are decrypted with, by the program age(1)."),
    ("NO_COLOR", "If not empty, no colour. B(--color) wins over all variables."),
    ("CLICOLOR_FORCE, FORCE_COLOR", "If neither empty nor 0, colour also off a terminal; B(NO_COLOR) wins."),
    ("CLICOLOR", "If 0, no colour."),
    ("TERM", "If B(dumb), no colour and no live view."),
    ("CI", "If neither empty, B(false) nor 0: plain progress, and no question is asked."),
    ("LC_ALL, LC_CTYPE, LANG", "Whether symbols beyond ASCII are printed; so they are where none is set."),
    ("Any other", "Can be named in manifests as B(${NAME}), passed through to instances, or be the source of a secret or "
                  "config."),
]

INSTANCES = [
    ("PORT", "The port to listen on: that of the first declared port."),
    ("PORT_I(TARGET), PORT_I(NAME)", "The port to listen on for each declared port, by its target and by its name in "
                                     "upper case."),
    ("ORCHPLAN_SERVICE, ORCHPLAN_INSTANCE, ORCHPLAN_SLOT", "The service's name, the instance's id, and the place that it "
                                                           "fills, from 1."),
]

FILES = [
    ("orchplan.yaml", "The project file: what belongs together. Looked for in the working folder and upwards; optional."),
    ("manifests/", "The manifests, where nothing else is named."),
    (".orchplan/state.db", "The recorded state: what was applied, the journal, the lock. Holds no secret bytes."),
    (
        ".orchplan/state.db.key",
        "The key of the project's fingerprints a second time. Where the state is lost, leave it: by it the next state"
        " knows what runs.",
    ),
    (".orchplan/state.db.before-restore-*", "The state that B(state restore) put another in the place of, with its key: as "
                                            "private as the state. Yours to remove once the restored one is right."),
    (".orchplan/state.db.unsaved-*.json", "What an apply did and could not record. Yours to remove once B(plan) shows what "
                                          "you expect."),
    (".orchplan/state.db.reconcile", "Locked by the loop that looks after the project."),
    (".orchplan/local/", "What the local driver keeps: records, volumes, secrets, logs and the agent's socket. Mode 0700."),
    (".orchplan/local/agent.log", "What the agent says."),
]

EXAMPLES = [
    ("Start a project and run it:", ["orchplan init hello && cd hello && orchplan apply"]),
    ("Review first, then do exactly that:", ["orchplan plan --out next.plan", "orchplan apply next.plan"]),
    ("Let at most two things change at any moment:", ["orchplan apply --batch 2"]),
    ("Comment a plan on a pull request:", ["orchplan plan --env production --format md > comment.md"]),
    ("Follow an apply from a program:", ["orchplan apply --yes --progress ndjson | jq -r .type"]),
    ("See how each instance is:", ["orchplan status --instances"]),
    ("Keep a system as declared:", ["orchplan reconcile --sync --listen 127.0.0.1:9464"]),
    ("Go back to revision 3:", ["orchplan rollback 3"]),
    ("Complete words in bash:", ["source <(orchplan --generate-completion-script bash)"]),
]
