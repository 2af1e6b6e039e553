#!/usr/bin/env python3
"""Looks at reports for machines as their readers do.

usage: check_reports.py sarif SCHEMA FILE... | junit FILE...

sarif: the form by a schema of what we use of SARIF 2.1.0, and what no schema says: each result names
the rule at its index. junit: a <testsuite> whose counts are those of its test cases.
"""
import json
import os
import sys
import xml.etree.ElementTree as tree

try:
    from jsonschema import Draft202012Validator
except ImportError:
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3"):
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)


def sarif(schema, path):
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    for error in schema.iter_errors(log):
        raise SystemExit(f"{path}: {error.json_path}: {error.message}")
    for run in log["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            if rules[result["ruleIndex"]] != result["ruleId"]:
                raise SystemExit(f"{path}: rule {result['ruleIndex']} is not {result['ruleId']}")
        found = sorted({result["ruleId"] for result in run["results"]})
        print(f"{path}: {len(run['results'])} results {' '.join(found)}".rstrip())


def junit(path):
    suite = tree.parse(path).getroot()
    cases = suite.findall("testcase")
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    for name, count in counts.items():
        if int(suite.get(name, 0)) != count:
            raise SystemExit(f"{path}: {name} is {suite.get(name)}, but there are {count}")
    if suite.tag != "testsuite" or len({(c.get("classname"), c.get("name")) for c in cases}) != len(cases):
        raise SystemExit(f"{path}: two test cases of one name, or no <testsuite>")
    failed = [case.get("name").split(":")[0] for case in cases if case.find("failure") is not None]
    print(f"{path}: {suite.get('name')}: failed: {', '.join(failed) if failed else 'none'}")


def main():
    if sys.argv[1] == "sarif":
        with open(sys.argv[2], encoding="utf-8") as file:
            schema = Draft202012Validator(json.load(file))
        for path in sys.argv[3:]:
            sarif(schema, path)
    else:
        for path in sys.argv[2:]:
            junit(path)


main()
