"""Evaluates filters, tests and lookups with the Ansible that is installed.

Reads a JSON list of cases from standard input and prints a JSON list of answers:
{"repr": text} or {"error": text}.
"""
import json
import os
import sys

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

EXPRESSIONS = {
    'filter': '{{ (v | %s(*a, **k)) | test_repr }}',
    'test': '{{ (v is %s(*a, **k)) | test_repr }}',
    'lookup': "{{ query('%s', *a, **k) | test_repr }}",
}


def answer(templar, case):
    templar.available_variables = dict(
        case.get('vars', {}), v=case.get('value'), a=case.get('args', []), k=case.get('kwargs', {}))
    if 'expression' in case:
        expression = '{{ (%s) | test_repr }}' % case['expression']
    else:
        expression = EXPRESSIONS[case['kind']] % case['name']
    try:
        return {'repr': templar.template(expression, convert_data=False)}
    except BaseException as error:  # whatever it is, it is the answer
        return {'error': str(error)}


def main():
    cases = json.load(sys.stdin)
    loader = DataLoader()
    loader.set_basedir(os.getcwd())
    templar = Templar(loader=loader)
    templar.environment.filters['test_repr'] = repr
    print(json.dumps([answer(templar, case) for case in cases]))


main()
