#!/usr/bin/env python3
"""The script lines of a pipeline, in their order, and the files that it collects.

usage: ci_lines.py script|files PIPELINE; for *.yml and Jenkinsfile
"""
import os
import re
import sys

try:
    import yaml
except ImportError:
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3"):
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)


def github(tree):
    steps = [step for job in tree["jobs"].values() for step in job["steps"]]
    scripts = [step["run"].rstrip() for step in steps if "run" in step]
    files = []
    for step in steps:
        files += step.get("with", {}).get("path", "").split()
        files += [step["with"]["sarif_file"]] if "sarif_file" in step.get("with", {}) else []
    return scripts, files


def gitlab(tree):
    jobs = [job for job in tree.values() if isinstance(job, dict) and "script" in job]
    jobs.sort(key=lambda job: tree["stages"].index(job["stage"]))
    scripts = [line for job in jobs for line in job["script"]]
    files = [name for job in jobs for name in job["artifacts"]["paths"]]
    files += [job["artifacts"]["reports"]["junit"] for job in jobs if "reports" in job["artifacts"]]
    return scripts, files


def jenkins(text):
    files = re.findall(r"junit '([^']*)'", text)
    for names in re.findall(r"artifacts: '([^']*)'", text):
        files += names.split(", ")
    return re.findall(r"\bsh '([^']*)'", text), files


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        text = file.read()
    if sys.argv[2].endswith("Jenkinsfile"):
        scripts, files = jenkins(text)
    else:
        tree = yaml.safe_load(text)
        scripts, files = github(tree) if "jobs" in tree else gitlab(tree)
    print("\n".join(scripts if sys.argv[1] == "script" else files))


main()
