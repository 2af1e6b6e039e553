#!/usr/bin/env python3
"""Compares JSON that fwdelta printed with its schemas.

usage: check_json.py SCHEMAS FOLDER-OR-FILE...

Each object (or each object of an array) names its schema in its first member. A member that the
schema does not describe is an error here, though not for users: schemas allow more members.
"""
import json
import os
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3"):
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)


def strict(schema):
    """The schema again, in which no object has members that are not described."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


def load(folder):
    validators = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".schema.json"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            schema = json.load(file)
        Draft202012Validator.check_schema(schema)
        validators[name[: -len(".schema.json")]] = Draft202012Validator(strict(schema))
    return validators


def check(validators, document, where):
    """How many errors there are, each printed."""
    if isinstance(document, list):
        return sum(check(validators, item, where) for item in document)
    name = document.get("schema") if isinstance(document, dict) else None
    if next(iter(document), None) != "schema" or name not in validators:
        print(f"{where}: names no schema that is there first: {name}")
        return 1
    errors = list(validators[name].iter_errors(document))
    for error in errors[:5]:
        print(f"{where}: {name}: {error.json_path}: {error.message[:300]}")
    return len(errors)


def files(paths):
    for path in paths:
        if os.path.isdir(path):
            yield from (os.path.join(path, name) for name in sorted(os.listdir(path)))
        else:
            yield path


def main():
    validators = load(sys.argv[1])
    errors = documents = 0
    for path in files(sys.argv[2:]):
        if os.path.getsize(path) == 0:  # refused before there was a report
            continue
        with open(path, encoding="utf-8") as file:
            errors += check(validators, json.load(file), os.path.basename(path))
        documents += 1
    if errors == 0 and documents == 0:
        return 0
    print(f"{documents} documents, {errors} errors", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
