#!/usr/bin/env python3
"""Writes docs/man/orchplan.1 from the command line's own definition.

    scripts/make-man.py .build/debug/orchplan            writes the page
    scripts/make-man.py --check .build/debug/orchplan    fails if the page would change

Commands, arguments and options come from `orchplan --experimental-dump-help`; what no command can say of itself stands
in man_text.py. A command or a shared option that is new or gone makes the script fail, so that nobody forgets the page.
"""
import json
import pathlib
import re
import subprocess
import sys

from man_text import DESCRIPTION, ENVIRONMENT, EXAMPLES, FILES, INSTANCES, MORE, STATUS

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "man" / "orchplan.1"

# The commands in the order of a project's life, as `orchplan --help` groups them.
GROUPS = [
    ("Writing manifests", ["init", "convert", "lint", "fmt", "explain", "schema", "lsp"]),
    ("Changing the system", ["diff", "plan", "show", "apply", "import", "destroy", "rollback"]),
    ("Watching", ["status", "logs", "history", "graph", "reconcile"]),
    (
        "Maintaining",
        [
            *(f"state {word}" for word in ("list", "show", "verify", "backup", "restore", "rm", "mv")),
            "unlock",
            "agent",
        ],
    ),
]

# Options that several commands share are described once.
SHARED = [
    (
        "Project options",
        ["directory", "env", "var", "driver", "state", "color"],
        "All commands but B(init) and B(convert) take these; of them they have those that they name, and B(--color). B(lsp) takes"
        " B(--env), B(--var) and B(--driver).",
    ),
    (
        "Planning options",
        ["batch", "target", "delete-volumes"],
        "B(diff), B(plan), B(apply), B(destroy), B(rollback); B(reconcile) takes B(--batch) alone.",
    ),
    (
        "Execution options",
        ["yes", "timeout", "lock-timeout", "progress"],
        "B(apply), B(destroy), B(rollback); B(reconcile) takes B(--timeout) alone, B(import) and B(state rm) B(--yes) and "
        "B(--lock-timeout), B(state restore) B(--yes).",
    ),
    ("Everywhere", ["version", "help"], None),
]
# Commands about no project, whose options of the same names mean something of their own.
OWN = ["init", "convert"]
SHARED_NAMES = [name for _, names, _ in SHARED for name in names]

def escape(text):
    """Text that roff takes as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti").replace('"', "\\(dq")
    return "\\&" + text if text.startswith(".") else text


def marked(text):
    """Escaped text in which B(x) is bold and I(x) italic."""
    text = re.sub(r"B\(([^()]*)\)", "\x02\\1\x04", text)
    text = re.sub(r"I\(([^()]*)\)", "\x03\\1\x04", text)
    return escape(text).replace("\x02", "\\fB").replace("\x03", "\\fI").replace("\x04", "\\fR")


def bold(text):
    return "\\fB" + escape(text) + "\\fR"


def italic(text):
    return "\\fI" + escape(text) + "\\fR"


def entries(pairs):
    for term, text in pairs:
        yield ".TP"
        yield "\\fB" + escape(term).replace("I(", "\\fI").replace(")", "\\fB") + "\\fR"
        yield marked(text)


def own_name(argument):
    """The long name of an option; the words in angle brackets of a positional."""
    if argument["kind"] == "positional":
        return argument["valueName"]
    return next(name["name"] for name in argument["names"] if name["kind"] == "long")


def option_term(option):
    names = sorted(option["names"], key=lambda name: name["kind"] == "long")
    words = [bold(("--" if name["kind"] == "long" else "-") + name["name"]) for name in names]
    value = " " + italic(option["valueName"]) if option["kind"] == "option" else ""
    return ", ".join(words) + value


def described(argument):
    text = escape(argument.get("abstract", ""))
    choices = ", ".join(argument.get("allValues") or [])
    if choices and choices.replace(", ", " ") not in re.sub(r",| or", "", argument.get("abstract", "")):
        text += " One of " + escape(choices) + "."
    if argument.get("discussion"):
        text += "\n" + escape(argument["discussion"])
    if argument.get("defaultValue"):
        text += " (default: " + bold(argument["defaultValue"]) + ")"
    if argument["kind"] != "positional" and own_name(argument) in MORE:
        text += "\n" + marked(MORE[own_name(argument)])
    return text


def synopsis(path, arguments):
    words = [bold("orchplan " + path)]
    groups = {title for title, names, _ in SHARED for a in arguments if own_name(a) in names}
    if groups - {"Everywhere"} or any(a["kind"] != "positional" and own_name(a) not in SHARED_NAMES for a in arguments):
        words.append("[" + italic("options") + "]")
    for argument in arguments:
        if argument["kind"] == "positional":
            word = italic(argument["valueName"]) + ("..." if argument["isRepeating"] else "")
            words.append("[" + word + "]" if argument["isOptional"] else word)
    return " ".join(words)


def discussion(text):
    """Paragraphs are filled; lines that are set in by two blanks are examples and stay."""
    is_example = False
    for line in text.split("\n"):
        if line.startswith("  ") != is_example and line:
            yield ".EE" if is_example else ".PP"
            if not is_example:
                yield ".EX"
            is_example = not is_example
        if not line:
            if not is_example:
                yield ".PP"
        else:
            yield escape(line)
    if is_example:
        yield ".EE"


def tidied(lines):
    """Without paragraph marks that no text follows: groff and mandoc warn of them."""
    kept = []
    for line in lines:
        if kept and kept[-1] == ".PP" and (line == ".PP" or line.startswith((".S", ".TP", ".EX"))):
            kept.pop()
            if line == ".EX":
                kept.append(".PP")
        if line == ".PP" and kept and kept[-1].startswith(".S"):
            continue
        kept.append(line)
    return kept


def commands_of(root):
    """Every command that does something, by its words behind `orchplan`."""
    found = {}
    for command in root["subcommands"]:
        if command["commandName"] == "help":
            continue
        if command.get("subcommands"):
            for inner in command["subcommands"]:
                found[command["commandName"] + " " + inner["commandName"]] = inner
        else:
            found[command["commandName"]] = command
    listed = [name for _, names in GROUPS for name in names]
    if sorted(found) != sorted(listed):
        sys.exit("GROUPS of make-man.py names other commands: " + " ".join(sorted(set(found) ^ set(listed))))
    return found


def shared_of(commands):
    """The one definition of each shared option; they must not differ from command to command."""
    shared = {}
    for path, command in commands.items():
        for argument in command["arguments"]:
            name = own_name(argument)
            if path in OWN and name != "color":
                continue
            if argument["kind"] != "positional" and name in SHARED_NAMES and (path, name) != ("plan", "destroy"):
                if shared.setdefault(name, argument) != argument:
                    sys.exit(f"--{name} of {path} differs from that of other commands")
    missing = set(SHARED_NAMES) - set(shared)
    if missing:
        sys.exit("SHARED of make-man.py names options that are gone: " + " ".join(sorted(missing)))
    return shared


def page(root):
    commands = commands_of(root)
    shared = shared_of(commands)
    yield '.\\" Made by scripts/make-man.py; change that, or the help of the commands.'
    yield '.TH ORCHPLAN 1 "" orchplan "User Commands"'
    yield ".SH NAME"
    yield "orchplan \\- plan and apply systems of services"
    yield ".SH SYNOPSIS"
    yield bold("orchplan") + " " + italic("command") + " [" + italic("options") + "] [" + italic("arguments") + "]"
    yield ".SH DESCRIPTION"
    for text in DESCRIPTION:
        yield ".PP"
        yield marked(text)
    yield ".PP"
    yield from discussion(root["discussion"])
    yield ".SH COMMANDS"
    for title, names in GROUPS:
        yield ".SS " + title
        for name in names:
            yield ".PP"
            yield from command_lines(name, commands[name])
    yield ".SH OPTIONS"
    for title, names, users in SHARED:
        yield ".SS " + title
        if users:
            yield marked(users)
        for name in names:
            yield ".TP"
            yield option_term(shared[name])
            yield described(shared[name])
    yield from hand_written()


def command_lines(name, command):
    yield synopsis(name, command["arguments"])
    yield ".RS 4"
    yield escape(command["abstract"])
    if command.get("discussion"):
        yield ".PP"
        yield from discussion(command["discussion"])
    for argument in command["arguments"]:
        if argument["kind"] == "positional":
            yield ".TP"
            yield italic(argument["valueName"])
            yield described(argument)
        elif own_name(argument) not in SHARED_NAMES or (name in OWN and own_name(argument) != "color"):
            yield ".TP"
            yield option_term(argument)
            yield described(argument)
    yield ".RE"


def hand_written():
    yield ".SH EXIT STATUS"
    for title, rows in STATUS:
        yield ".SS " + marked(title).replace("\\fB", "").replace("\\fR", "")
        yield from entries(rows)
    yield ".SH SIGNALS"
    yield marked(
        "The first interrupt or termination signal during an apply lets what is in flight finish, starts nothing more, and "
        "records everything. The second leaves at once: what was in flight is recorded as unknown, and the next run finds "
        "out. Running B(orchplan apply) again always goes on from what is there, also after a kill."
    )
    yield ".SH ENVIRONMENT"
    yield "Flags win over these, and these over the project file; but of policies all hold."
    yield from entries(ENVIRONMENT)
    yield ".PP"
    yield "Instances of the local driver find:"
    yield from entries(INSTANCES)
    yield ".SH FILES"
    yield from entries(FILES)
    yield ".SH EXAMPLES"
    for text, lines in EXAMPLES:
        yield ".PP"
        yield escape(text)
        yield ".PP"
        yield ".RS 4"
        yield ".EX"
        yield from (escape(line) for line in lines)
        yield ".EE"
        yield ".RE"
    yield ".SH SEE ALSO"
    yield marked("age(1), bwrap(1), jq(1)")
    yield ".PP"
    yield marked("I(docs/manifests.md) has all fields of manifests, I(docs/formats.md) the formats for other programs.")


def main(words):
    check = "--check" in words
    paths = [word for word in words if word != "--check"]
    if len(paths) != 1:
        sys.exit("usage: make-man.py [--check] ORCHPLAN")
    dump = subprocess.run([paths[0], "--experimental-dump-help"], check=True, capture_output=True).stdout
    text = "\n".join(tidied(list(page(json.loads(dump)["command"])))) + "\n"
    if check:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit(f"{PAGE.name} is not what the commands say now: run scripts/make-man.py {paths[0]}")
    else:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text)


main(sys.argv[1:])
