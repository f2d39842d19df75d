import type { Call } from '../contract.ts';
import { scriptText } from './scripts.ts';

/** Our own variables are in lower case; those of the environment, which scripts set for one command, are not. */
const ASSIGNED = /(?:^|[\s;({&|])([a-z_][a-z0-9_]*)=/g;
const READ = /\bread((?: -r)?(?: [a-z_][a-z0-9_]*)+)/g;
const LOOP = /\bfor ([a-z_][a-z0-9_]*) in\b/g;

/**
 * Variables of this beginning outlast calls in the shell itself: what they found out holds until something else runs, which
 * may change it, or for KEPT_MS.
 */
const KEPT = 'toa_kept_';
/** Forgets them. */
export const FORGET = 'toa_kept_sure=\n';
export const KEPT_MS = 1000;

/** The variables that a shell text sets. More may be named (words of awk), which does no harm. */
export function assignedNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(ASSIGNED)) names.add(name);
  for (const [, name] of text.matchAll(LOOP)) names.add(name);
  for (const [, words] of text.matchAll(READ)) {
    for (const word of words.split(' ')) if (word !== '' && word !== '-r') names.add(word);
  }
  return names;
}

/** Whether a call may run in the shell itself: it has what takes a subshell neither in its environment nor on stdin. */
export function runsInPlace(call: Call): boolean {
  return (
    call.inPlace === true &&
    (call.stdin === undefined || call.stdin.length === 0) &&
    Object.keys(call.environment ?? {}).length === 0
  );
}

/** The functions that calls in the shell itself need for a list of scripts. */
interface NameFunctions {
  /** Ends their names. */
  readonly id: number;
  readonly text: string;
}

const known = new Map<string, NameFunctions>();

/**
 * Two functions: toa_free_ID tells whether no variable that `scripts` set means anything to the shell, toa_clear_ID
 * makes it so again and gives back the status $1. What follows that are more names.
 */
export function nameFunctions(scripts: readonly string[]): NameFunctions {
  const key = scripts.join('\0');
  let functions = known.get(key);
  if (!functions) known.set(key, (functions = makeNameFunctions(known.size, scripts)));
  return functions;
}

function makeNameFunctions(id: number, scripts: readonly string[]): NameFunctions {
  const names = [...assignedNames(scripts.map(scriptText).join(''))].filter((name) => !name.startsWith(KEPT));
  const text =
    `toa_free_${id}() {\n[ -z "${areSet(names)}" ]\n}\n` +
    `toa_clear_${id}() {\ntoa_rc=$1\nshift\nunset -v "$@" ${names.join(' ')}\nreturn "$toa_rc"\n}\n`;
  return { id, text };
}

/** A word that is empty where none of the variables is set, not even by the environment. */
const areSet = (names: readonly string[]): string => names.map((name) => `\${${name}+1}`).join('');

/**
 * Runs `body` in the shell itself, without the process that a subshell is, and takes back what it set. A name that the
 * host's environment has already must not be lost: there the body gets its subshell.
 */
export function inPlaceText(body: string, call: Call): string {
  const names = Object.keys(call.vars ?? {});
  const { id } = nameFunctions(call.scripts);
  return (
    `toa_body() {\n${body}\n}\n` +
    `if [ -z "${areSet(names)}" ] && toa_free_${id}; then\n` +
    `toa_body </dev/null\ntoa_clear_${id} $? ${names.join(' ')}\n` +
    `else\n${FORGET}(trap : PIPE; toa_body) </dev/null\nfi`
  );
}
