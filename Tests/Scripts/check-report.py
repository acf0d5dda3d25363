#!/usr/bin/env python3
"""Holds reports of `orchplan lint` to what their readers ask for.

    check-report.py FORMAT=FILE ...

SARIF is held to the requirements of GitHub's code scanning, and to the official JSON schema where
ORCHPLAN_SARIF_SCHEMA or .build/sarif-schema-2.1.0.json has it and the module jsonschema is there; `sarif-schema=FILE`
fails without them.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCHEMA = pathlib.Path(os.environ.get("ORCHPLAN_SARIF_SCHEMA") or ROOT / ".build" / "sarif-schema-2.1.0.json")


def check(condition, what):
    if not condition:
        sys.exit(f"check-report: {what}")


def xml(path):
    if shutil.which("xmllint"):
        subprocess.run(["xmllint", "--noout", path], check=True)
    return ET.parse(path).getroot()


def check_junit(path):
    root = xml(path)
    check(root.tag == "testsuites", "the root is not testsuites")
    for suite in [root, *root.iter("testsuite")]:
        cases = list(suite.iter("testcase"))
        check(int(suite.get("tests")) == len(cases), f"{suite.get('name')}: tests are miscounted")
        for word, tag in [("failures", "failure"), ("skipped", "skipped")]:
            check(int(suite.get(word)) == len(list(suite.iter(tag))), f"{suite.get('name')}: {word} are miscounted")
    for case in root.iter("testcase"):
        check(case.get("name") and case.get("classname"), "a test case has no name")


def check_checkstyle(path):
    root = xml(path)
    check(root.tag == "checkstyle" and root.get("version"), "the root is not checkstyle")
    for error in root.iter("error"):
        check(error.get("severity") in {"error", "warning", "info"}, "an unknown severity")
        check(int(error.get("line")) > 0 and int(error.get("column")) > 0, "a line or column below 1")
        check(error.get("message") and error.get("source"), "an error without a message or source")


def check_gitlab(path):
    entries = json.load(open(path, encoding="utf-8"))
    prints = [entry["fingerprint"] for entry in entries]
    check(len(set(prints)) == len(prints), "fingerprints repeat")
    for entry in entries:
        check(entry["description"] and entry["check_name"], "an entry without words")
        check(entry["severity"] in {"info", "minor", "major", "critical", "blocker"}, "an unknown severity")
        check(entry["location"]["lines"]["begin"] > 0, "a line below 1")
        check(not entry["location"]["path"].startswith("./"), "a path that GitLab does not match")


def check_github(path):
    for line in open(path, encoding="utf-8", newline="\n"):
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)\n", line)
        check(found, f"not a workflow command: {line!r}")
        for item in found[2].split(","):
            check(re.fullmatch(r"(file|title|line|endLine|col|endColumn)=[^,:]+", item), f"not a property: {item!r}")
        check(not re.search(r"%(?!25|0A|0D|3A|2C)", line), f"a bare percent sign: {line!r}")


def check_json(path):
    document = json.load(open(path, encoding="utf-8"))
    check(document["formatVersion"].startswith("1."), "the version")
    check(isinstance(document["diagnostics"], list) and document["summary"]["errors"] >= 0, "the members")


def check_ndjson(path):
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    check(lines[0]["type"] == "version" and lines[-1]["type"] == "summary", "the first or last line")
    check(all(line["type"] == "diagnostic" for line in lines[1:-1]), "a line between them")


def check_sarif(path):
    document = json.load(open(path, encoding="utf-8"))
    check(document["$schema"].endswith("sarif-schema-2.1.0.json") and document["version"] == "2.1.0", "the version")
    check(len(document["runs"]) == 1, "one run")
    run = document["runs"][0]
    driver = run["tool"]["driver"]
    check(driver["name"] == "orchplan", "the tool")
    for rule in driver["rules"]:
        for member in ["shortDescription", "fullDescription", "help"]:
            check(rule["id"] and rule[member]["text"], f"{rule['id']} has no {member}")
    check(len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"]), "a rule is described twice")
    check(run["columnKind"] == "unicodeCodePoints", "how columns are counted")
    prints = []
    for result in run["results"]:
        check(driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"], "the index of a rule")
        check(result["message"]["text"] and result["level"] in {"error", "warning", "note"}, "a result's words")
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        check(re.fullmatch(r"[A-Za-z0-9._~/%-]+|file:///[A-Za-z0-9._~/%-]+", uri), f"not a URI: {uri}")
        check(urllib.parse.unquote(uri, errors="strict"), "a path that is no UTF-8")
        region = place["region"]
        check(region["startLine"] >= 1, "a line below 1")
        if "startColumn" in region:
            check(region["endLine"] == region["startLine"], "a region of several lines")
            check(1 <= region["startColumn"] <= region["endColumn"], "a region that ends before it begins")
        if "partialFingerprints" in result:
            prints.append(result["partialFingerprints"]["primaryLocationLineHash"])
    check(len(set(prints)) == len(prints), "fingerprints repeat")
    validate(document, needed=False)


def validate(document, needed):
    try:
        import jsonschema
    except ImportError:
        check(not needed, "the Python module jsonschema is not installed")
        return
    if not SCHEMA.exists():
        check(not needed, f"there is no {SCHEMA}: Tests/Scripts/sarif-schema.sh fetches it")
        return
    faults = list(jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).iter_errors(document))
    check(not faults, "not by the schema: " + "; ".join(f"{list(fault.path)}: {fault.message}" for fault in faults[:5]))


def check_schema(path):
    validate(json.load(open(path, encoding="utf-8")), needed=True)


CHECKS = {
    "json": check_json, "ndjson": check_ndjson, "sarif": check_sarif, "github": check_github, "junit": check_junit,
    "gitlab": check_gitlab, "checkstyle": check_checkstyle, "sarif-schema": check_schema,
    "text": lambda path: None, "short": lambda path: None,
}

for argument in sys.argv[1:]:
    form, _, name = argument.partition("=")
    CHECKS[form](name)
