import { pythonRegex } from '../../../base/python-regex.ts';
import { pythonSubn } from '../../../base/python-sub.ts';
import type { Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { defined, truthy } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { Arguments, filterError, tuple } from './arguments.ts';

function flags(bound: Arguments): { ignorecase: boolean; multiline: boolean } {
  return { ignorecase: bound.flag('ignorecase'), multiline: bound.flag('multiline') };
}

const regexReplace: Filter = (_context, value, args, kwargs) => {
  const signature = ['pattern?', 'replacement?', 'ignorecase?', 'multiline?'];
  const bound = new Arguments('regex_replace', signature, args, kwargs);
  const regex = pythonRegex(bound.text('pattern'), flags(bound));
  return pythonSubn(regex, bound.text('replacement'), pyStr(defined(value)))[0];
};

const regexFindall: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('regex_findall', ['regex', 'multiline?', 'ignorecase?'], args, kwargs);
  const regex = pythonRegex(bound.text('regex'), flags(bound));
  const matches = pyStr(defined(value)).matchAll(new RegExp(regex, `${regex.flags}g`));
  return Array.from(matches, (match) => {
    const groups = match.slice(1).map((group) => group ?? '');
    if (groups.length === 0) return match[0];
    return groups.length === 1 ? groups[0] : tuple(...groups);
  });
};

/** One of regex_search's back references: `\1` gives 1, `\g<name>` gives name. */
function reference(argument: Value): string {
  const text = pyStr(argument);
  const match = /^\\g<(\S+)>/.exec(text) ?? /^\\(\d+)/.exec(text);
  if (!match) throw filterError('Unknown argument');
  return match[1];
}

function groupOf(match: RegExpExecArray, name: string): Value {
  const isNumber = /^\d+$/.test(name);
  const known = isNumber ? Number(name) < match.length : match.groups !== undefined && name in match.groups;
  if (!known) throw filterError('no such group');
  return (isNumber ? match[Number(name)] : match.groups?.[name]) ?? null;
}

const regexSearch: Filter = (_context, value, args, kwargs) => {
  const [pattern, ...rest] = args;
  const regexArgument = pattern ?? kwargs.get('regex');
  if (regexArgument === undefined) {
    throw filterError("regex_search() missing 1 required positional argument: 'regex'");
  }
  const references = rest.map((argument) => reference(defined(argument)));
  const regex = pythonRegex(pyStr(defined(regexArgument)), {
    ignorecase: truthy(kwargs.get('ignorecase') ?? false),
    multiline: truthy(kwargs.get('multiline') ?? false),
  });
  const match = regex.exec(pyStr(defined(value)));
  if (!match) return null;
  return references.length === 0 ? match[0] : references.map((name) => groupOf(match, name));
};

const regexEscape: Filter = (_context, value, args, kwargs) => {
  const type = new Arguments('regex_escape', ['re_type?'], args, kwargs).text('re_type', 'python');
  const text = pyStr(defined(value));
  if (type === 'python') return text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
  if (type === 'posix_basic') return text.replace(/[\].[^$*\\]/g, '\\$&');
  if (type === 'posix_extended') throw filterError(`Regex type (${type}) not yet implemented`);
  throw filterError(`Invalid regex type (${type})`);
};

/** Filters on regular expressions of Python's kind. */
export const regexFilters: Record<string, Filter> = {
  regex_replace: regexReplace,
  regex_findall: regexFindall,
  regex_search: regexSearch,
  regex_escape: regexEscape,
};
