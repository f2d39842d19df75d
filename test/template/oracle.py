# Answers what ansible-core and Jinja2 make of templates: the oracle of the live tests.
# stdin: JSON {"vars": {...}, "cases": [{"source": "...", "mode": "template" | "file" | "condition"}]}
# stdout: a JSON list of {"value": repr} or {"error": message}, in the order of the cases.
import json
import sys

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.conditional import Conditional
from ansible.template import Templar


def answer(templar, loader, variables, case):
    try:
        if case["mode"] == "condition":
            conditional = Conditional(loader=loader)
            conditional.when = [case["source"]]
            return {"value": repr(bool(conditional.evaluate_conditional(templar, variables)))}
        if case["mode"] == "file":
            return {"value": repr(templar.do_template(case["source"], escape_backslashes=False))}
        return {"value": repr(templar.template(case["source"]))}
    except RecursionError as error:
        return {"error": "recursion %s" % error}
    except Exception as error:  # every failure is an answer
        return {"error": "%s: %s" % (type(error).__name__, error)}


def main():
    request = json.load(sys.stdin)
    loader = DataLoader()
    answers = []
    for case in request["cases"]:
        templar = Templar(loader=loader, variables=dict(request["vars"]))
        answers.append(answer(templar, loader, dict(request["vars"]), case))
    json.dump(answers, sys.stdout)


main()
