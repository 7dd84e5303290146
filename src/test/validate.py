#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""validate.py SCHEMA: each JSON report that standard input names fits the schema, and the schema is strict enough to
refuse a report with a field of a wrong type. Prints a line for each golden report, and one for all others together."""
import copy
import json
import sys

import jsonschema


def complaint(validator, report):
    for error in validator.iter_errors(report):
        return "%s: %s" % ("/".join(str(part) for part in error.path), error.message)
    return None


def refuses(validator, report, path, value):
    """Whether a report in which the thing at `path` became `value` is refused."""
    broken = copy.deepcopy(report)
    at = broken
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return complaint(validator, broken) is not None


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.validators.validator_for(schema).check_schema(schema)
    validator = jsonschema.validators.validator_for(schema)(schema)
    others = failed = 0
    sample = None
    for name in (line.rstrip("\n") for line in sys.stdin):
        with open(name, encoding="utf-8") as file:
            report = json.load(file)
        wrong = complaint(validator, report)
        sample = report if report.get("faults") else sample
        if "golden" in name or wrong:
            print("%s - schema: %s%s" % ("not ok" if wrong else "ok", name, ": " + wrong if wrong else ""))
            failed += wrong is not None
        else:
            others += 1
    print("ok - schema: %d reports of the cases" % others)
    if sample:
        for path, value in ((["verdict"], "fine"), (["faults", 0, "severity"], "fatal"), (["inputs"], {}),
                            (["faults", 0, "evidence", 0, "frame"], "1"), (["matrix"], None)):
            good = refuses(validator, sample, path, value)
            print("%s - schema: refuses a wrong %s" % ("ok" if good else "not ok", ".".join(map(str, path))))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
